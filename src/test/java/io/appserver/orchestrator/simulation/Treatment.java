package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** When and how an app was treated: the calls to the engine for it, then its changes of state. */
record Treatment(List<Event> events) {

  /**
   * @param after since the first event of the history
   */
  record Event(Duration after, String what) {}

  /** Of each app whose name begins with the prefix. */
  static Map<String, Treatment> of(TestDatabase database, String prefix, Instant opening) {
    var all = new TreeMap<String, Treatment>();
    for (String row :
        database.rows(
            """
            SELECT app_name, CAST(extract(epoch FROM at) * 1000 AS bigint) - %1$d000, what FROM (
              SELECT app_name, begun_at AS at, id, verb AS what, 0 AS kind FROM orchestrator_act
              UNION ALL
              SELECT app_name, at, id, concat_ws(' ', 'from', from_state, 'to', to_state, code), 1
              FROM orchestrator_history WHERE from_state IS DISTINCT FROM to_state) events
            WHERE app_name LIKE '%2$s%%' ORDER BY kind, id
            """
                .formatted(opening.getEpochSecond(), prefix))) {
      String[] columns = row.split(" ", 3);
      all.computeIfAbsent(columns[0], app -> new Treatment(new ArrayList<>()))
          .events
          .add(new Event(Duration.ofMillis(Long.parseLong(columns[1])), columns[2]));
    }
    return all;
  }

  List<String> how() {
    return events.stream().map(Event::what).toList();
  }

  /**
   * The longest time by which an event of this came later than in the other; both have the same.
   */
  Duration delayAgainst(Treatment other) {
    Duration longest = Duration.ZERO;
    for (int i = 0; i < events.size(); i++) {
      Duration later = events.get(i).after().minus(other.events.get(i).after());
      longest = later.compareTo(longest) > 0 ? later : longest;
    }
    return longest;
  }

  @Override
  public String toString() {
    return events.stream()
        .map(e -> "%8.1f s  %s".formatted(e.after().toMillis() / 1e3, e.what()))
        .collect(Collectors.joining("\n"));
  }
}

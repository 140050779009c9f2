package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppName;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The history of all apps, for reading. Each method is one transaction. */
public interface History {

  /**
   * What happened to the app, the newest first.
   *
   * @param before only entries older than the one of that id; empty for the newest
   * @param most at least 1
   */
  List<Entry> of(AppName app, Optional<Long> before, int most);

  /** What happened after the entry of that id, the oldest first. */
  List<Entry> after(long id, int most);

  /** Those of these entries that are there, the oldest first. */
  List<Entry> of(Collection<Long> ids);

  /** The id of the newest entry; 0 without any. */
  long newest();

  /**
   * A history entry as it is stored. Of two entries the one with the higher id was begun later; it
   * may be there sooner.
   *
   * @param from empty where the state did not change by it, or began with it
   * @param details what was seen, by name
   * @param fence of the lease it was done under; 0 without one
   */
  record Entry(
      long id,
      Instant at,
      String app,
      String node,
      String actor,
      String cause,
      Optional<String> from,
      Optional<String> to,
      Optional<String> code,
      String message,
      Map<String, String> details,
      long fence) {

    public Entry {
      details = Map.copyOf(details);
    }
  }
}

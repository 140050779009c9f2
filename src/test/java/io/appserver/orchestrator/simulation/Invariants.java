package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What must hold at any moment of a history. */
final class Invariants {

  private final World world;
  private final Map<String, String> lastState = new HashMap<>();
  private final Map<String, Restarts> restarts = new HashMap<>();

  /** By app, the run that was counted last. */
  private final Map<String, String> countedRuns = new HashMap<>();

  private long seen;

  /**
   * @param owed whether the restart for that run is still to come, and to be counted
   */
  private record Restarts(String run, int count, boolean owed) {}

  Invariants(World world) {
    this.world = world;
  }

  /**
   * @throws Violation if one does not hold
   */
  void check() {
    if (!world.problems.isEmpty()) {
      throw new Violation(world.problems.getFirst());
    }
    foreignContainersAreUntouched();
    dataIsKept();
    oneRunsForEachApp();
    statesFollowEachOther();
    restartsAreCountedOnce();
  }

  private void foreignContainersAreUntouched() {
    world.foreigners.forEach((id, name) -> {
      Optional<ObservedContainer> now =
          world.engine.containers().stream().filter(c -> c.id().equals(id)).findFirst();
      if (now.filter(c -> c.running() && c.name().value().equals(name)).isEmpty()) {
        throw new Violation("the foreign container %s was touched: %s".formatted(id, now));
      }
    });
  }

  private void dataIsKept() {
    for (String volume : world.usedVolumes) {
      if (!world.engine.volumes().contains(volume)) {
        throw new Violation("the volume %s is gone, with what was in it".formatted(volume));
      }
    }
  }

  private void oneRunsForEachApp() {
    Map<String, List<String>> running =
        world.engine.containers().stream()
            .filter(ObservedContainer::running)
            .filter(c -> c.ownedBy(Instance.INSTALLATION).isPresent())
            .collect(
                Collectors.groupingBy(
                    c -> c.labels().getOrDefault(ContainerLabels.APP_NAME, ""),
                    Collectors.mapping(c -> c.id().value(), Collectors.toList())));
    running.forEach((app, ids) -> {
      if (ids.size() > 1 && !world.someCallsAreLate) {
        throw new Violation("%s runs more than once: %s".formatted(app, ids));
      }
    });
  }

  private void statesFollowEachOther() {
    for (String row :
        world.database.rows(
            """
            SELECT id, app_id, coalesce(from_state, '-'), coalesce(to_state, '-'),
              coalesce(code, '-'), actor = 'orchestrator'
            FROM orchestrator_history WHERE id > %d AND app_id IS NOT NULL
              AND (actor = 'orchestrator' OR to_state <> from_state) ORDER BY id
            """
                .formatted(seen))) {
      String[] columns = row.split(" ", -1);
      seen = Long.parseLong(columns[0]);
      String before = lastState.getOrDefault(columns[1], "-");
      String from = columns[2];
      String to = columns[3];
      boolean allowed =
          from.equals("-")
              || from.equals(to)
              || columns[5].equals("f") // by an operator, to begin anew elsewhere
              || DeploymentState.ofCode(from).mayBecome(DeploymentState.ofCode(to));
      if (!before.equals(from) || !allowed) {
        throw new Violation("after %s, it went from %s to %s".formatted(before, from, to));
      }
      if (columns[4].equals("internal_error")) {
        throw new Violation("a fault of ours stands in the history");
      }
      lastState.put(columns[1], to);
    }
  }

  private void restartsAreCountedOnce() {
    for (String row :
        world.database.rows(
            "SELECT app_id, restarts, restart_owed, coalesce(CAST(restarted_run AS text), '-') FROM deployments")) {
      String[] columns = row.split(" ", 4);
      var now =
          new Restarts(columns[3], Integer.parseInt(columns[1]), columns[2].matches("t|true"));
      Restarts before = restarts.put(columns[0], now);
      boolean more = now.count() > (before == null ? 0 : before.count());
      // What is owed already was counted for an earlier run, between two looks of ours.
      if (more && !now.owed() && now.run().equals(countedRuns.put(columns[0], now.run()))) {
        throw new Violation("a restart was counted twice for the run of " + now.run());
      }
    }
  }
}

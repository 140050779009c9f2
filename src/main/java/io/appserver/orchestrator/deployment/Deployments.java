package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.failure.FailureCode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The deployments as they are stored, and their history. Each method is one transaction, or part of
 * the caller's.
 */
public interface Deployments {

  Optional<Deployment> find(AppId id);

  /** Those of that name: more than one where an app was installed again under a new id. */
  List<Deployment> named(AppName name);

  /** Those of that name, and that of the app with that id, whatever name it bears. */
  List<Deployment> of(AppName name, AppId id);

  /**
   * The one that counts, of all that bear the app's name: that of the app which the platform has
   * under the name; without one, the one that is not stopped, else one that has data, and of
   * several the newest.
   *
   * @param rows all of one name, the oldest first
   * @param now the id that the platform has under the name; empty if it has none
   */
  static Optional<Deployment> current(List<Deployment> rows, Optional<AppId> now) {
    return rows.stream()
        .max(
            Comparator.comparing((Deployment row) -> now.filter(row.appId()::equals).isPresent())
                .thenComparing(row -> row.state() != DeploymentState.STOPPED)
                .thenComparing(row -> row.place().volume().isPresent())
                .thenComparingInt(rows::indexOf));
  }

  /** All that are not {@code stopped}, or have data left on a node. */
  List<Deployment> all();

  /** Names of the deployments that failed with that code. */
  List<AppName> namesFailedWith(FailureCode code);

  /** How many deployments are in each state. */
  Map<DeploymentState, Long> countByState();

  /**
   * Stores the row as it is given and returns it as it then stands.
   *
   * @param now by the database's clock, as all times that are stored
   */
  Deployment save(Deployment deployment, Instant now);

  /** Appends the entries to the history, in that order. */
  void append(List<HistoryEntry> entries);

  /** What the history says of the app's last failure of that code that left it in that state. */
  Optional<String> lastSaid(AppName app, DeploymentState state, FailureCode code);
}

package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of one app while it is decided what comes next for it.
 *
 * @param node the one that this is decided on
 * @param held whether an operator holds the app
 * @param leavesFor the other node that an operator wants it to go to, and that would take it
 * @param rows of any node: those that bear the app's name, and the app's own whatever name it bears
 * @param spec what the app's settings ask for; refused if they are wrong, or not believed
 * @param containers of the app, on the node's engine
 */
public record Facts(
    String node,
    Desired desired,
    boolean held,
    Optional<String> leavesFor,
    List<Row> rows,
    Answer<Spec> spec,
    Answer<List<Seen>> containers) {

  public Facts {
    rows = List.copyOf(rows);
  }

  /** The answer to what the settings of the app ask for. */
  public static Answer<Spec> asked(AppName app, SettingsRead read) {
    return switch (read) {
      case SettingsRead.Valid(Spec spec) -> new Answer.Known<>(spec);
      case SettingsRead.Invalid invalid ->
          new Answer.Refused<>(
              Failure.of(
                  FailureCode.INVALID_SETTING,
                  "a setting of %s is wrong: %s".formatted(app, invalid.words())));
      case SettingsRead.Doubted(String words) ->
          new Answer.Refused<>(Failure.of(FailureCode.PLATFORM_SCHEMA, words));
    };
  }

  /** The app's own row. */
  Optional<Row> rowOf(AppId app) {
    return rows.stream().filter(row -> row.app().equals(app)).findFirst();
  }

  /**
   * The node that has the app, or data of it, if that is another one. A container that its row
   * counts on and that is here says more than the name of a node.
   */
  public Optional<String> elsewhere(Row row) {
    return row.homeBut(node).filter(there -> !isFoundHere(row));
  }

  /** Whether a container that the row counts on is here. */
  public boolean isFoundHere(Row row) {
    return seen().stream().anyMatch(container -> row.recorded(container.id()));
  }

  /** Whether the node has, or may have, an app that bore the name before this one. */
  boolean hasPredecessorOf(AppId app) {
    return rows.stream().anyMatch(row -> !row.app().equals(app) && isActiveHere(row))
        || seen().stream().anyMatch(container -> !container.app().equals(Optional.of(app)));
  }

  /** Whether any row has something on the node. */
  boolean isActiveHere() {
    return rows.stream().anyMatch(this::isActiveHere);
  }

  private boolean isActiveHere(Row row) {
    return row.state() != DeploymentState.STOPPED && elsewhere(row).isEmpty();
  }

  /** Whether any row says that the app runs well on the node. */
  boolean isHealthyHere() {
    return rows.stream()
        .anyMatch(row -> row.state() == DeploymentState.HEALTHY && isActiveHere(row));
  }

  /** The containers that are known of; none if they were not asked for. */
  List<Seen> seen() {
    return containers instanceof Answer.Known<List<Seen>>(List<Seen> seen) ? seen : List.of();
  }

  /** Whether the rows alone are there to go by. */
  boolean isByRowsAlone() {
    return !(containers instanceof Answer.Known<List<Seen>>);
  }
}

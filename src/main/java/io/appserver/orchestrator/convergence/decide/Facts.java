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
 * @param rows of any node: those that bear the app's name, and the app's own whatever name it bears
 * @param spec what the app's settings ask for; refused if they are wrong, or not believed
 * @param containers of the app, on the node's engine
 */
public record Facts(
    String node,
    Desired desired,
    boolean held,
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

  /** Whether the node has, or may have, an app that bore the name before this one. */
  boolean hasPredecessorOf(AppId app) {
    return rows.stream().anyMatch(row -> !row.app().equals(app) && row.isActiveOn(node));
  }

  /** Whether any row has something on the node. */
  boolean isActiveHere() {
    return rows.stream().anyMatch(row -> row.isActiveOn(node));
  }

  /** Whether any row says that the app runs well on the node. */
  boolean isHealthyHere() {
    return rows.stream()
        .anyMatch(row -> row.state() == DeploymentState.HEALTHY && row.isActiveOn(node));
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

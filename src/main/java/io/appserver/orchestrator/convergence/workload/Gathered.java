package io.appserver.orchestrator.convergence.workload;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppDetails;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Answer;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an app at the beginning of a look: the facts to decide by, and what is acted on.
 *
 * @param app as the platform has it; empty if it has no such app
 * @param rows those that bear the app's name, on whatever node
 * @param own the app's own row, whatever name it bears
 * @param details what the platform says of it besides; asked for only if it should run
 */
public record Gathered(
    Facts facts,
    Optional<App> app,
    List<Deployment> rows,
    Optional<Deployment> own,
    OperatorRequest request,
    Answer<AppDetails> details,
    Workload workload) {

  /** The rows of what this node has, or may have. */
  public List<Deployment> here() {
    return rows.stream().filter(row -> facts.elsewhere(Row.of(row)).isEmpty()).toList();
  }

  /** Whether the removal of what this node has was begun, and not brought to its end. */
  public boolean isLeaving() {
    return here().stream()
        .anyMatch(row -> row.state() == DeploymentState.STOPPING && !row.changedByHand());
  }

  /** The rows of what this node has of apps that bore the name under another id. */
  public List<Deployment> predecessors(AppId id) {
    return here().stream()
        .filter(row -> !row.appId().equals(id) && row.state() != DeploymentState.STOPPED)
        .toList();
  }

  /**
   * What the platform says of the app besides.
   *
   * @throws PlatformUnavailableException if it could not be read
   */
  public AppDetails knownDetails() {
    return switch (details) {
      case Answer.Known<AppDetails>(AppDetails known) -> known;
      case Answer.Refused<AppDetails>(Failure why) ->
          throw new PlatformUnavailableException(why.message(), null);
      case Answer.Unasked<AppDetails> unasked ->
          throw new IllegalStateException("the settings were not asked for");
    };
  }

  /** Whether it is known that it depends on no app, and none on it. */
  public boolean hasNoRelatives() {
    return details instanceof Answer.Known<AppDetails>(AppDetails known) && !known.hasRelatives();
  }
}

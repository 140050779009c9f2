package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.HistoryEntry;
import io.appserver.orchestrator.failure.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What looks see and do, in the history of their apps. */
final class LookHistory {

  private final Deployments deployments;

  LookHistory(Deployments deployments) {
    this.deployments = deployments;
  }

  /** What is to be said of a change. */
  static HistoryEntry entry(
      Run run,
      Deployment deployment,
      Optional<DeploymentState> from,
      String message,
      Optional<Failure> failure) {
    return entry(
        run,
        Optional.of(deployment),
        from,
        message,
        failure.map(told -> withTries(told, deployment)));
  }

  void written(List<HistoryEntry> entries) {
    deployments.append(entries);
  }

  /** What was seen or done without a change of state. */
  void noted(Run run, Optional<Deployment> deployment, String message) {
    deployments.append(
        List.of(
            entry(run, deployment, deployment.map(Deployment::state), message, Optional.empty())));
  }

  private static Failure withTries(Failure failure, Deployment deployment) {
    return failure
        .with(Failure.ATTEMPT, deployment.attempts() > 0 ? "" + deployment.attempts() : "")
        .with("next_look", deployment.reason().nextLookAt().map(Instant::toString).orElse(""));
  }

  private static HistoryEntry entry(
      Run run,
      Optional<Deployment> deployment,
      Optional<DeploymentState> from,
      String message,
      Optional<Failure> failure) {
    return new HistoryEntry(
        deployment.map(Deployment::appId),
        run.app(),
        run.lease().node(),
        HistoryEntry.ORCHESTRATOR,
        run.claim().causes().isEmpty() ? "wake-up" : run.claim().causes(),
        from,
        deployment.map(Deployment::state),
        failure.map(Failure::code),
        message,
        failure.map(Failure::details).orElse(Map.of()),
        run.lease().fence());
  }
}

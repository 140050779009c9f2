package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.FailureCode;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Has apps tried anew that failed here for the host's sake, once the host is well. */
final class HostFailures {

  private final NodeSnapshots snapshots;
  private final Signals signals;
  private final HostTrouble trouble = new HostTrouble();

  HostFailures(NodeSnapshots snapshots, Signals signals) {
    this.snapshots = snapshots;
    this.signals = signals;
  }

  void troubleBegan(Instant now) {
    trouble.began(now);
  }

  void troubleEnded() {
    trouble.ended();
  }

  /**
   * Those whose probes failed during a trouble that is over. Only the supervisor that saw it begin
   * knows of it.
   */
  void retryAfterTrouble() {
    trouble
        .over()
        .ifPresent(since -> {
          retry(
              snapshots.ofDatabase(),
              (row, code) -> code.isOfHealth() && !row.standing().updatedAt().isBefore(since));
          trouble.madeUpFor();
        });
  }

  /** Those that the host itself failed: it may be a new engine, or host. */
  void retryAll(NodeSnapshot snapshot) {
    retry(snapshot, (row, code) -> code.isOfHost());
  }

  private void retry(NodeSnapshot snapshot, BiPredicate<Deployment, FailureCode> which) {
    for (Deployment row : snapshot.deployments()) {
      boolean failedHere =
          row.state() == DeploymentState.FAILED
              && row.place().node().filter(snapshot.node()::equals).isPresent();
      Optional<FailureCode> code = row.reason().failureCode();
      if (failedHere && code.filter(known -> which.test(row, known)).isPresent()) {
        row.appName().ifPresent(app -> signals.send(app, Cause.HOST_WELL));
      }
    }
  }
}

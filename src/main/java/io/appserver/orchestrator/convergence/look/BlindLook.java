package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An app that cannot be looked at, as the engine or the platform's tables keep it from that: it
 * stays as it is, its row says why, and it is looked at again.
 */
final class BlindLook {

  private final Parts parts;

  BlindLook(Parts parts) {
    this.parts = parts;
  }

  /**
   * For what is over by itself, the same again and again. For what the engine answers instead of
   * saying what runs, as long as that has lasted, so that pauses double.
   */
  private Duration pause(List<Deployment> deployments, FailureCode code) {
    Duration first = code.pauseAfter(1);
    if (code.retryPolicy() == FailureCode.RetryPolicy.WAITS) {
      return first;
    }
    Instant now = parts.clock().instant();
    Duration longest = code.pauseAfter(Integer.MAX_VALUE);
    return deployments.stream()
        .filter(d -> d.reason().code().equals(Optional.of(code.code())))
        .map(d -> Duration.between(d.updatedAt(), now))
        .map(lasted -> lasted.compareTo(longest) < 0 ? lasted : longest)
        .filter(lasted -> lasted.compareTo(first) > 0)
        .findFirst()
        .orElse(first);
  }

  /** The engine has many words for the same; what is wrong with the tables is to be told truly. */
  private static boolean isSaidAlready(Deployment deployment, Failure failure) {
    return deployment.reason().code().filter(failure.code().code()::equals).isPresent()
        && (failure.code() != FailureCode.PLATFORM_SCHEMA
            || deployment.reason().message().filter(failure.message()::equals).isPresent());
  }

  /** Why an update was refused is not written over: its words are nowhere else in the row. */
  Outcome waitFor(Run run, Look.Wanted wanted, List<Deployment> deployments, Failure failure) {
    Duration pause = pause(deployments, failure.code());
    Instant next = parts.clock().instant().plus(pause);
    deployments.stream()
        .filter(d -> d.state() != DeploymentState.STOPPED && d.state() != DeploymentState.FAILED)
        .filter(d -> !isSaidAlready(d, failure))
        .filter(d -> d.updates().rejectedSpecHash().isEmpty() || d.reason().code().isEmpty())
        .forEach(d -> parts.ledger().write(run, d, failure, w -> w.waits(failure, next)));
    return new Outcome(wanted, new Look.Result.Waiting(failure), Optional.of(pause));
  }
}

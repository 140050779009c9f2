package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a deployment is as it is, as its row says. What runs may be restarted for another reason;
 * after that the row says again why there is no update of it.
 */
@Singleton
final class Reasons {

  private final Deployments deployments;

  @Inject
  Reasons(Deployments deployments) {
    this.deployments = deployments;
  }

  /** Why the deployment is as it is, from its row. */
  Failure lastFailure(Subject subject) {
    Deployment deployment = subject.deployment();
    return Failure.of(
            deployment.reason().failureCode().orElse(FailureCode.INTERNAL_ERROR),
            deployment.reason().message().orElse("no reason was kept"))
        .with(
            Failure.ATTEMPT,
            deployment.attempts() > 0 ? Integer.toString(deployment.attempts()) : "");
  }

  /**
   * It is left as it is, for the reason that its row has.
   *
   * @param pause until it is looked at again; empty if it has failed, and stays so
   */
  Outcome rest(Subject subject, Optional<Duration> pause) {
    Failure why = lastFailure(subject);
    return pause.map(time -> Outcome.waiting(why, time)).orElseGet(() -> Outcome.failed(why));
  }

  /** What runs goes on as it is; what is to follow it is tried again then. */
  Outcome updateWaits(Subject subject, Instant due) {
    Deployment deployment = subject.deployment();
    FailureCode code = deployment.updates().code().orElse(FailureCode.INTERNAL_ERROR);
    boolean said =
        deployment.reason().is(code) && deployment.reason().nextLookAt().equals(Optional.of(due));
    if (!said) {
      say(subject, code, Optional.of(due));
    }
    return Outcome.waiting(lastFailure(subject), Duration.between(subject.now(), due));
  }

  /**
   * What runs, if it does, goes on as it is; what was to follow it was refused, if anything was.
   */
  Outcome updateIsRefused(Subject subject, Outcome kept) {
    Deployment deployment = subject.deployment();
    boolean refused = deployment.updates().rejectedSpecHash().isPresent();
    if (kept.result() instanceof Look.Result.Running
        && refused
        && !deployment.updates().areExplainedBy(deployment.reason())) {
      deployment.updates().code().ifPresent(code -> say(subject, code, Optional.empty()));
    }
    return kept;
  }

  /** In the words of the update's last failure, as long as the history has them. */
  private void say(Subject subject, FailureCode code, Optional<Instant> due) {
    String words =
        deployments
            .lastSaid(subject.app().name(), DeploymentState.HEALTHY, code)
            .orElse("an update of %s did not work".formatted(subject.app().name()));
    Failure told = Failure.of(code, words);
    Instant now = subject.now();
    subject.write(told, d -> d.healthyStill(told, due, now));
  }
}

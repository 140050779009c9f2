package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.Evidence;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Sets when an app is tried again, and says why it has to be. */
@Singleton
final class NextTry {

  private final Containers containers;
  private final EngineOutage outage;
  private final Evidence evidence;
  private final Storage storage;

  @Inject
  NextTry(Containers containers, EngineOutage outage, Evidence evidence, Storage storage) {
    this.containers = containers;
    this.outage = outage;
    this.evidence = evidence;
    this.storage = storage;
  }

  /** The failure with what the app's container has to tell of it. */
  Failure withEvidence(Attempt attempt, Failure failure) {
    return evidence.of(failure, attempt.run(), containers, attempt.deployment().containers().id());
  }

  /**
   * It is not known yet what became of a call: the next look finds out. An engine that is as slow
   * as that gets more and more time.
   */
  Outcome ofUnanswered(Attempt attempt, Failure failure) {
    Failure told = withEvidence(attempt, failure);
    outage.suspected();
    int attempts = attempt.deployment().tries().count(failure.code());
    return goOn(attempt, told, failure.code().pauseAfter(attempts));
  }

  /** What befalls what is kept says nothing of what is to follow it. */
  Outcome ofKept(Attempt attempt, Failure seen) {
    Failure told = withEvidence(attempt, outage.judged(seen));
    return told.code().isWithoutAnswer()
        ? goOn(attempt, told, told.code().pauseAfter(1))
        : goOnCounted(attempt, told);
  }

  /** With what was made so far, which is perhaps of use; one more try is counted. */
  Outcome goOnCounted(Attempt attempt, Failure told) {
    int attempts = attempt.deployment().tries().count(told.code());
    return goOn(attempt, told, told.code().pauseAfter(attempts));
  }

  /** With what was made so far. */
  Outcome goOn(Attempt attempt, Failure told, Duration pause) {
    return again(attempt, told, pause, false);
  }

  /** As if nothing was made: all of it was taken back. Other settings are tried at once. */
  Outcome anew(Attempt attempt, Failure told, Duration pause) {
    return again(attempt, told, pause, true);
  }

  private Outcome again(Attempt attempt, Failure told, Duration pause, boolean undone) {
    Subject subject = attempt.subject();
    if (isSaidAlready(subject.deployment(), told) && !attempt.othersThanBefore()) {
      return Outcome.waiting(told, pause);
    }
    Instant next = subject.now().plus(pause);
    subject.write(
        told,
        d -> {
          d.pending(told, next);
          if (undone) {
            forget(attempt, d, told.code());
          }
        });
    return Outcome.waiting(told, pause);
  }

  private void forget(Attempt attempt, Deployment deployment, FailureCode code) {
    deployment.forgetContainer();
    if (code != FailureCode.CONTAINER_MISSING) {
      deployment.forgetImage(); // what was taken away by hand is no word against its image
    }
    deployment.containers().tried(attempt.specHash());
    storage.remember(attempt, deployment);
  }

  /** Whoever waits long does not say so again and again. */
  private static boolean isSaidAlready(Deployment deployment, Failure told) {
    return told.code().retryPolicy() == FailureCode.RetryPolicy.WAITS
        && deployment.state() == DeploymentState.PENDING
        && !deployment.changedByHand()
        && deployment.containers().id().isEmpty()
        && deployment.reason().says(told);
  }

  /** Whether the container ended while the engine was away: no word against app or version. */
  boolean endedWithTheEngine(Attempt attempt, Failure failure, Optional<ContainerId> container) {
    if (failure.code() != FailureCode.EXITED) {
      return false;
    }
    try {
      return container
          .flatMap(id -> containers.find(attempt.run(), id))
          .filter(outage::excuses)
          .isPresent();
    } catch (DeploymentException e) {
      return false; // what is there now is not known
    }
  }
}

package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.work.RestartPause;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * What follows an attempt that failed: what it made is taken back, the version that ran before runs
 * again, and the next attempt is set or the deployment given up.
 */
@Singleton
final class FailureHandling {

  private final EngineOutage outage;
  private final NextTry nextTry;
  private final Rollback rollback;
  private final KeptVersion keptVersion;
  private final Clearing clearing;
  private final Storage storage;
  private final GivingUp givingUp;

  @Inject
  FailureHandling(
      EngineOutage outage,
      NextTry nextTry,
      Rollback rollback,
      KeptVersion keptVersion,
      Clearing clearing,
      Storage storage,
      GivingUp givingUp) {
    this.outage = outage;
    this.nextTry = nextTry;
    this.rollback = rollback;
    this.keptVersion = keptVersion;
    this.clearing = clearing;
    this.storage = storage;
    this.givingUp = givingUp;
  }

  /** A call had no answer: the next look finds out what became of it. */
  Outcome ofUnanswered(Attempt attempt, Failure failure) {
    return nextTry.ofUnanswered(attempt, failure);
  }

  Outcome of(Attempt attempt, Failure seen) {
    Subject subject = attempt.subject();
    Failure failure = outage.judged(seen);
    Failure told = nextTry.withEvidence(attempt, failure);
    if (failure.code().isWithoutAnswer()) {
      return nextTry.goOn(attempt, told, failure.code().pauseAfter(1));
    }
    boolean pulling = subject.deployment().state() == DeploymentState.PULLING;
    if (failure.code() != seen.code() && !pulling && mayGoOn(subject, failure.code())) {
      return nextTry.goOnCounted(attempt, told); // perhaps it was for this once
    }
    if (nextTry.endedWithTheEngine(attempt, failure, subject.deployment().containers().id())) {
      return nextTry.goOn(attempt, told, RestartPause.after(1));
    }
    if (attempt.replacing()) {
      return rollback.of(attempt, told);
    }
    Optional<ObservedContainer> kept;
    try {
      kept = keptVersion.proven(subject);
    } catch (DeploymentException e) {
      return nextTry.goOnCounted(attempt, told); // what there is now is not known
    }
    if (kept.isPresent()) {
      return keptVersion.stays(attempt, kept.get(), told);
    }
    clearing.undo(attempt);
    return againOrNever(attempt, told);
  }

  private static boolean mayGoOn(Subject subject, FailureCode code) {
    return code.retryable(subject.deployment().tries().countIfAnother(code));
  }

  private Outcome againOrNever(Attempt attempt, Failure told) {
    Subject subject = attempt.subject();
    FailureCode code = told.code(); // the evidence may tell more than the failure
    boolean waits = code.retryPolicy() == FailureCode.RetryPolicy.WAITS;
    int attempts = waits ? 1 : subject.deployment().tries().count(code);
    if (code.retryable(attempts)) {
      return nextTry.anew(attempt, told, told.retryAfter().orElse(code.pauseAfter(attempts)));
    }
    Failure last = told.givenUp().with(Failure.ATTEMPT, Integer.toString(attempts));
    return givingUp.of(
        subject,
        last,
        d -> {
          d.failed(last, attempt.specHash());
          d.containers().wantAny();
          d.forgetContainer();
          d.forgetImage();
          storage.remember(attempt, d);
        });
  }
}

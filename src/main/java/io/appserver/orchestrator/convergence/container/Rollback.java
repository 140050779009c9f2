package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The successor failed: it goes, and the version before it runs again. What was refused is not
 * tried again by itself.
 */
@Singleton
final class Rollback {

  private final JournaledCalls calls;
  private final Containers containers;
  private final Clearing clearing;
  private final Storage storage;
  private final WayBack wayBack;
  private final NextTry nextTry;
  private final GivingUp givingUp;

  @Inject
  Rollback(
      JournaledCalls calls,
      Containers containers,
      Clearing clearing,
      Storage storage,
      WayBack wayBack,
      NextTry nextTry,
      GivingUp givingUp) {
    this.calls = calls;
    this.containers = containers;
    this.clearing = clearing;
    this.storage = storage;
    this.wayBack = wayBack;
    this.nextTry = nextTry;
    this.givingUp = givingUp;
  }

  Outcome of(Attempt attempt, Failure failure) {
    Subject subject = attempt.subject();
    Failure told = failure.givenUp();
    List<ObservedContainer> owned = containers.owned(subject.run());
    containers.removeAll(subject.run(), attempt.withoutPrevious(owned));
    clearing.undoVolumes(attempt);
    Optional<ObservedContainer> kept = attempt.previous(owned);
    if (kept.isEmpty()) {
      subject.write(failure, deployment -> deployment.containers().forgetPrevious());
      return nextTry.anew(attempt, failure, failure.code().pauseAfter(1));
    }
    if (containers.condemned(subject.run(), kept.get())) {
      containers.trust(subject.run(), kept.get());
    }
    try {
      takeNameBack(subject, kept.get());
    } catch (DeploymentException e) {
      if (e.code() != FailureCode.NAME_CONFLICT) {
        throw e;
      }
      return giveUpWithoutName(attempt, told.with("way_back", String.valueOf(e.getMessage())));
    }
    restore(attempt, told);
    Optional<Outcome> failed = wayBack.start(attempt, kept.get(), told, false);
    if (failed.isPresent()) {
      return failed.get();
    }
    Instant healthy = subject.now();
    subject.write(told, d -> d.healthyStill(told, Optional.empty(), healthy));
    return Outcome.failed(told);
  }

  private void takeNameBack(Subject subject, ObservedContainer kept) {
    var name = containers.nameOf(subject.app().name());
    if (!kept.name().equals(name)) {
      calls.rename(subject.run(), kept.id(), name);
    }
  }

  private void restore(Attempt attempt, Failure told) {
    Subject subject = attempt.subject();
    Instant now = subject.now();
    if (!subject.leadsTo(DeploymentState.STARTING)) {
      subject.write(told, d -> d.pending(told, now));
    }
    subject.write(
        told,
        d -> {
          d.containers().restorePrevious();
          storage.remember(attempt, d);
          d.updates().reject(attempt.specHash(), told.code());
          d.containers().wantAny();
          d.starting(now);
        });
  }

  /**
   * Somebody else took the name meanwhile: the version before stays aside until that is settled.
   */
  private Outcome giveUpWithoutName(Attempt attempt, Failure told) {
    return givingUp.of(
        attempt.subject(),
        told,
        d -> {
          d.failed(told, attempt.specHash());
          d.forgetContainer();
          storage.remember(attempt, d);
        });
  }
}

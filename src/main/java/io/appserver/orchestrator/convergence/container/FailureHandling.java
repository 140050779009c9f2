package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.RestartPause;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What follows an attempt. After a failure: what it made is taken back, the version that ran before
 * runs again ({@link Rollback}), and the next attempt is set or the deployment given up. After a
 * success: the version before goes.
 */
final class FailureHandling {

  private static final Logger LOG = Logger.getLogger(FailureHandling.class.getName());

  private final Parts parts;
  private final Subject subject;
  private final Run run;
  private final Rollback rollback;
  private final Storage storage;

  private final Clearing clearing;

  /** The settings that did not work now are others than those that did not before. */
  private boolean othersThanBefore;

  FailureHandling(Parts parts, Subject subject, Storage storage, AppContainers seen) {
    this.parts = parts;
    this.subject = subject;
    this.run = subject.run();
    this.storage = storage;
    this.clearing = new Clearing(parts, subject, seen);
    this.rollback = new Rollback(parts, subject, this, storage);
  }

  /** By which settings the app is asked how it is. */
  void asksBy(Spec wanted) {
    rollback.asksBy(wanted);
  }

  /** Whether a container waits, stopped, for its successor to become healthy. */
  boolean replacing() {
    return subject.deployment().containers().previousId().isPresent();
  }

  /**
   * The container that is to wait for its successor: the one that was chosen for it, if that was
   * all that was done so far, else the recorded one.
   */
  Optional<ObservedContainer> toReplace(
      Optional<ObservedContainer> recorded, List<ObservedContainer> owned) {
    return replacing() ? previous(owned) : recorded;
  }

  /** Stops the container and moves it out of the way, kept until its successor is healthy. */
  void replace(ObservedContainer container) {
    run.checkpoint();
    subject.store();
    if (!replacing()) {
      subject.write(
          "replacing container " + container.id().abbreviated(),
          deployment -> deployment.containers().keepPrevious());
    }
    parts.containers().stop(run, container);
    var aside = parts.containers().asideNameOf(subject.app().name());
    if (!container.name().equals(aside)) {
      parts.acts().rename(run, container.id(), aside);
    }
  }

  List<ObservedContainer> withoutPrevious(List<ObservedContainer> owned) {
    return owned.stream().filter(c -> !subject.isPrevious(c.id())).toList();
  }

  /** The container that waits for its successor, or is to. */
  Optional<ObservedContainer> previous(List<ObservedContainer> owned) {
    return owned.stream().filter(c -> subject.isPrevious(c.id())).findFirst();
  }

  /** What is to be done at the end of each look that came to this. */
  Outcome cleared(Outcome outcome) {
    return clearing.cleared(outcome);
  }

  private Failure withEvidence(Failure failure) {
    return parts
        .evidence()
        .of(failure, run, parts.containers(), subject.deployment().containers().id());
  }

  /**
   * It is not known yet what became of a call: the next look finds out. An engine that is as slow
   * as that gets more and more time.
   */
  Outcome ofUnanswered(Failure failure) {
    Failure told = withEvidence(failure);
    parts.engineTrouble().suspected();
    int attempts = subject.deployment().countAttempt(failure.code());
    return tryAgain(told, failure.code().pauseAfter(attempts), Optional.empty());
  }

  Outcome of(Failure seen, String specHash) {
    Failure failure = parts.engineTrouble().judged(seen);
    Failure told = withEvidence(failure);
    if (failure.code().isWithoutAnswer()) {
      return tryAgain(told, failure.code().pauseAfter(1), Optional.empty());
    }
    boolean pulling = subject.deployment().state() == DeploymentState.PULLING;
    if (failure.code() != seen.code() && !pulling && mayGoOn(failure.code())) {
      return goOnLater(told); // perhaps it was for this once: what was made so far is kept
    }
    if (endedWithTheEngine(failure, subject.deployment().containers().id())) {
      return tryAgain(told, RestartPause.after(1), Optional.empty());
    }
    if (replacing()) {
      return rollback.afterReplacing(told, specHash);
    }
    Optional<ObservedContainer> kept;
    try {
      kept = rollback.proven();
    } catch (DeploymentException e) {
      return goOnLater(told); // what there is now is not known
    }
    if (kept.isPresent()) {
      return cleared(rollback.stayAsIs(kept.get(), told, specHash));
    }
    undo();
    FailureCode code = told.code(); // the evidence may tell more than the failure
    boolean waits = code.retryPolicy() == FailureCode.RetryPolicy.WAITS;
    int attempts = waits ? 1 : subject.deployment().countAttempt(code);
    if (code.retryable(attempts)) {
      return tryAgain(
          told, told.retryAfter().orElse(code.pauseAfter(attempts)), Optional.of(specHash));
    }
    Failure last = told.givenUp().with(Failure.ATTEMPT, Integer.toString(attempts));
    subject.write(
        last,
        d -> {
          d.failed(last, specHash);
          d.containers().wantAny();
          d.forgetContainer();
          d.forgetImage();
          storage.remember(d);
        });
    parts.dependencies().signalDependants(run, subject.app().id());
    return cleared(Outcome.failed(last));
  }

  private boolean mayGoOn(FailureCode code) {
    return code.retryable(subject.deployment().attemptsIfAnother(code));
  }

  private Outcome goOnLater(Failure told) {
    int attempts = subject.deployment().countAttempt(told.code());
    return tryAgain(told, told.code().pauseAfter(attempts), Optional.empty());
  }

  /**
   * From here on what those settings ask for is tried, in place of what there is. Kept with
   * whatever is written next.
   */
  void tries(String specHash) {
    if (subject.row().isAnother(specHash)) {
      othersThanBefore = subject.deployment().updates().failed(specHash);
    }
  }

  /** What befalls what is kept says nothing of what is to follow it. */
  Outcome ofKept(Failure seen) {
    Failure told = withEvidence(parts.engineTrouble().judged(seen));
    return told.code().isWithoutAnswer()
        ? tryAgain(told, told.code().pauseAfter(1), Optional.empty())
        : goOnLater(told);
  }

  /** Whether the container ended while the engine was away: no word against app or version. */
  boolean endedWithTheEngine(Failure failure, Optional<ContainerId> container) {
    if (failure.code() != FailureCode.EXITED) {
      return false;
    }
    try {
      return container
          .flatMap(id -> parts.containers().find(run, id))
          .filter(parts.engineTrouble()::excuses)
          .isPresent();
    } catch (DeploymentException e) {
      return false; // what is there now is not known
    }
  }

  /**
   * @param undone the settings that were tried, if all that was made of them was taken back: others
   *     are tried at once
   */
  Outcome tryAgain(Failure told, Duration pause, Optional<String> undone) {
    if (isSaidAlready(told) && !othersThanBefore) {
      return Outcome.waiting(told, pause);
    }
    Instant next = parts.clock().instant().plus(pause);
    subject.write(
        told,
        d -> {
          d.pending(told, next);
          undone.ifPresent(tried -> {
            d.forgetContainer();
            if (told.code() != FailureCode.CONTAINER_MISSING) {
              d.forgetImage(); // what was taken away by hand is no word against its image
            }
            d.containers().tried(tried);
            storage.remember(d);
          });
        });
    return Outcome.waiting(told, pause);
  }

  /** Whoever waits long does not say so again and again. */
  private boolean isSaidAlready(Failure told) {
    Deployment deployment = subject.deployment();
    return told.code().retryPolicy() == FailureCode.RetryPolicy.WAITS
        && deployment.state() == DeploymentState.PENDING
        && !deployment.changedByHand()
        && deployment.containers().id().isEmpty()
        && deployment.reason().code().equals(Optional.of(told.code().code()))
        && deployment.reason().message().equals(Optional.of(told.message()));
  }

  /** Removes what the attempt made. What cannot be removed now is found again at the next look. */
  private void undo() {
    try {
      for (ObservedContainer container : parts.containers().owned(run)) {
        parts.containers().remove(run, container);
      }
      storage.undo();
    } catch (DeploymentException e) {
      LOG.log(Level.WARNING, e, clearing::somethingIsLeft);
    }
  }
}

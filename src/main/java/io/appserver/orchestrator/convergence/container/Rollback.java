package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.RestartPause;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * After an attempt that failed: the version that was healthy before it goes on, or runs again. What
 * was refused is not tried again by itself.
 */
final class Rollback {

  private static final Logger LOG = Logger.getLogger(Rollback.class.getName());

  private final Parts parts;
  private final Subject subject;
  private final Run run;
  private final FailureHandling failureHandling;
  private final Storage storage;
  private final Restarts restarts;
  private Optional<Spec> spec = Optional.empty();

  Rollback(Parts parts, Subject subject, FailureHandling failureHandling, Storage storage) {
    this.parts = parts;
    this.subject = subject;
    this.run = subject.run();
    this.failureHandling = failureHandling;
    this.storage = storage;
    this.restarts = new Restarts(parts, subject);
  }

  /** By which settings the app is asked how it is. */
  void asksBy(Spec wanted) {
    spec = Optional.of(wanted);
  }

  /** The container that was healthy before this attempt, if it can be relied on. */
  Optional<ObservedContainer> proven() {
    return subject
        .deployment()
        .containers()
        .id()
        .filter(id -> subject.deployment().containers().areProven())
        .flatMap(id -> parts.containers().find(run, id))
        .filter(container -> !parts.containers().condemned(run, container));
  }

  /**
   * Nothing was touched yet: the version that was healthy goes on, started again if it ended
   * meanwhile, and the reason says why it is not a newer one.
   */
  Outcome stayAsIs(ObservedContainer kept, Failure failure, String specHash) {
    Deployment deployment = subject.deployment();
    int attempts =
        isRefused(specHash) // before, so it is what is kept that failed
            ? deployment.countAttempt(failure.code())
            : deployment.updates().count(failure.code());
    boolean again = failure.code().retryable(attempts);
    Failure told =
        (again ? failure : failure.givenUp()).with(Failure.ATTEMPT, Integer.toString(attempts));
    Duration pause = told.retryAfter().orElse(told.code().pauseAfter(attempts));
    Instant now = parts.clock().instant();
    boolean goesOn = isHealthy(kept) && !run.claim().causedBy(Cause.RESTART);
    if (!goesOn || !leadsTo(DeploymentState.HEALTHY)) {
      subject.write(
          told,
          d -> {
            d.pending(told, now);
            note(d, told, specHash, again ? Optional.of(now.plus(pause)) : Optional.empty());
          });
    }
    if (!goesOn) {
      subject.write(
          "starting container %s again".formatted(kept.id().abbreviated()), d -> d.starting(now));
      Optional<Outcome> failed = startAgain(kept, told, specHash, again);
      if (failed.isPresent()) {
        return failed.get();
      }
    }
    restarts.countOwed(kept); // it may have been started during the pull
    Instant healthy = parts.clock().instant();
    Optional<Instant> next = again ? Optional.of(healthy.plus(pause)) : Optional.empty();
    subject.write(
        told,
        d -> {
          d.healthyStill(told, next, healthy);
          note(d, told, specHash, next);
        });
    return again ? Outcome.waiting(told, pause) : Outcome.failed(told);
  }

  private boolean isRefused(String specHash) {
    return subject.deployment().updates().rejectedSpecHash().equals(Optional.of(specHash));
  }

  /** What becomes of what was tried, whatever becomes of what is kept; no next try is none. */
  private void note(Deployment deployment, Failure told, String specHash, Optional<Instant> next) {
    if (next.isEmpty()) {
      deployment.updates().reject(specHash, told.code());
      deployment.containers().wantAny();
    } else if (!isRefused(specHash)) {
      deployment.updates().waitUntil(next.get());
    }
  }

  private boolean leadsTo(DeploymentState next) {
    DeploymentState now = subject.deployment().state();
    return now == next || now.mayBecome(next);
  }

  /** Whether it runs, and in the run in which it was healthy. */
  private boolean isHealthy(ObservedContainer container) {
    return container.running()
        && !restarts.isOver(container)
        && subject.deployment().health().healthySince().isPresent();
  }

  /** The successor failed: it goes, and the version before it runs again. */
  Outcome afterReplacing(Failure failure, String specHash) {
    Failure told = failure.givenUp();
    ContainerId previous = subject.deployment().containers().previousId().orElseThrow();
    List<ObservedContainer> owned = parts.containers().owned(run);
    parts.containers().removeAll(run, failureHandling.withoutPrevious(owned));
    undoVolumes();
    Optional<ObservedContainer> kept = failureHandling.previous(owned);
    if (kept.isEmpty()) {
      subject.write(failure, deployment -> deployment.containers().forgetPrevious());
      return failureHandling.tryAgain(failure, failure.code().pauseAfter(1), Optional.of(specHash));
    }
    if (parts.containers().condemned(run, kept.get())) {
      parts.containers().trust(run, kept.get());
    }
    var name = parts.containers().nameOf(subject.app().name());
    if (!kept.get().name().equals(name)) {
      try {
        parts.acts().rename(run, previous, name);
      } catch (DeploymentException e) {
        if (e.code() != FailureCode.NAME_CONFLICT) {
          throw e;
        }
        return giveUpWithoutName(told.with("way_back", String.valueOf(e.getMessage())), specHash);
      }
    }
    Instant now = parts.clock().instant();
    if (!leadsTo(DeploymentState.STARTING)) {
      subject.write(told, d -> d.pending(told, now));
    }
    subject.write(
        told,
        d -> {
          d.containers().restorePrevious();
          storage.remember(d);
          d.updates().reject(specHash, told.code());
          d.containers().wantAny();
          d.starting(now);
        });
    Optional<Outcome> failed = startAgain(kept.get(), told, specHash, false);
    if (failed.isPresent()) {
      return failed.get();
    }
    Instant healthy = parts.clock().instant();
    subject.write(told, d -> d.healthyStill(told, Optional.empty(), healthy));
    return Outcome.failed(told);
  }

  /** That one cannot be removed does not keep the version before from running again. */
  private void undoVolumes() {
    try {
      storage.undo();
    } catch (DeploymentException e) {
      LOG.log(
          Level.WARNING,
          e,
          () ->
              "app_name=%s a volume that no process ever had could not be removed; it stays until a later attempt or a purge"
                  .formatted(subject.app().name()));
    }
  }

  /**
   * Somebody else took the name meanwhile: the version before stays aside until that is settled.
   */
  private Outcome giveUpWithoutName(Failure told, String specHash) {
    subject.write(
        told,
        d -> {
          d.failed(told, specHash);
          d.forgetContainer();
          storage.remember(d);
        });
    parts.dependencies().signalDependants(run, subject.app().id());
    return Outcome.failed(told);
  }

  /**
   * Starts what was healthy once; the outcome if that does not work, now or any more.
   *
   * @param bounded whether it is started again within its bounds if it ends
   */
  private Optional<Outcome> startAgain(
      ObservedContainer kept, Failure told, String specHash, boolean bounded) {
    try {
      parts.containers().stop(run, kept);
      parts.acts().startAgain(run, kept.id());
      restarts.countOwed(kept);
      parts.gate().await(run, kept.id(), check(kept), parts.clock().instant());
      return Optional.empty();
    } catch (DeploymentException e) {
      if (e instanceof UnansweredCallException) {
        return Optional.of(failureHandling.ofUnanswered(e.failure()));
      }
      Failure failure = parts.engineTrouble().judged(e.failure());
      FailureCode code = failure.code();
      if (code.isWithoutAnswer()) {
        // no word against the version: it is started when the engine is back
        return Optional.of(failureHandling.tryAgain(failure, code.pauseAfter(1), Optional.empty()));
      }
      if (failureHandling.endedWithTheEngine(e.failure(), Optional.of(kept.id()))) {
        return Optional.of(
            failureHandling.tryAgain(e.failure(), RestartPause.after(1), Optional.empty()));
      }
      if (code.isOfHost()) {
        int attempts = subject.deployment().countAttempt(code);
        if (code.retryable(attempts)) {
          return Optional.of(
              failureHandling.tryAgain(failure, code.pauseAfter(attempts), Optional.empty()));
        }
      }
      if (bounded && Restarts.isOfTheApp(e.code())) {
        return Optional.of(restarts.after(found(kept), e.failure()));
      }
      Failure both = told.givenUp().with("way_back", String.valueOf(e.getMessage()));
      subject.write(
          both,
          d -> {
            d.failed(both, bounded ? d.containers().specHash().orElse("") : specHash);
            d.containers().wantAny();
          });
      parts.dependencies().signalDependants(run, subject.app().id());
      return Optional.of(failureHandling.cleared(Outcome.failed(both)));
    }
  }

  private ObservedContainer found(ObservedContainer kept) {
    try {
      return parts.containers().find(run, kept.id()).orElse(kept);
    } catch (DeploymentException e) {
      return kept;
    }
  }

  private HealthCheck check(ObservedContainer container) {
    var image = new Image(container.imageId(), "", container.healthcheck());
    return spec.map(wanted -> wanted.check(subject.app().name(), container, image))
        .orElse(new HealthCheck.None());
  }
}

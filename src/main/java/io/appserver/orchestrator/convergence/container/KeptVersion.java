package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The version that was healthy goes on after an attempt that failed before it touched it. What was
 * refused is not tried again by itself.
 */
@Singleton
final class KeptVersion {

  private final Containers containers;
  private final Restarts restarts;
  private final WayBack wayBack;

  @Inject
  KeptVersion(Containers containers, Restarts restarts, WayBack wayBack) {
    this.containers = containers;
    this.restarts = restarts;
    this.wayBack = wayBack;
  }

  /** The container that was healthy before this attempt, if it can be relied on. */
  Optional<ObservedContainer> proven(Subject subject) {
    return subject
        .deployment()
        .containers()
        .id()
        .filter(id -> subject.deployment().containers().areProven())
        .flatMap(id -> containers.find(subject.run(), id))
        .filter(container -> !containers.condemned(subject.run(), container));
  }

  /** It is started again if it ended meanwhile, and the reason says why it is not a newer one. */
  Outcome stays(Attempt attempt, ObservedContainer kept, Failure failure) {
    Subject subject = attempt.subject();
    int attempts =
        isRefused(attempt) // before, so it is what is kept that failed
            ? subject.deployment().tries().count(failure.code())
            : subject.deployment().updates().count(failure.code());
    boolean again = failure.code().retryable(attempts);
    Failure told =
        (again ? failure : failure.givenUp()).with(Failure.ATTEMPT, Integer.toString(attempts));
    Duration pause = told.retryAfter().orElse(told.code().pauseAfter(attempts));
    Optional<Outcome> ended =
        goesOn(attempt, kept, told, again ? Optional.of(pause) : Optional.empty());
    if (ended.isPresent()) {
      return ended.get();
    }
    restarts.countOwed(subject, kept); // it may have been started during the pull
    Instant healthy = subject.now();
    Optional<Instant> next = again ? Optional.of(healthy.plus(pause)) : Optional.empty();
    subject.write(
        told,
        d -> {
          d.healthyStill(told, next, healthy);
          note(attempt, d, told, next);
        });
    return again ? Outcome.waiting(told, pause) : Outcome.failed(told);
  }

  /**
   * It runs, or is made to.
   *
   * @param pause before the next try; empty if there is none
   * @return what the attempt came to if it does not run
   */
  private Optional<Outcome> goesOn(
      Attempt attempt, ObservedContainer kept, Failure told, Optional<Duration> pause) {
    Subject subject = attempt.subject();
    Instant now = subject.now();
    boolean runs = isHealthy(subject, kept) && !subject.run().claim().causedBy(Cause.RESTART);
    if (!runs || !subject.leadsTo(DeploymentState.HEALTHY)) {
      subject.write(
          told,
          d -> {
            d.pending(told, now);
            note(attempt, d, told, pause.map(now::plus));
          });
    }
    if (runs) {
      return Optional.empty();
    }
    subject.write(
        "starting container %s again".formatted(kept.id().abbreviated()), d -> d.starting(now));
    return wayBack.start(attempt, kept, told, pause.isPresent());
  }

  private static boolean isRefused(Attempt attempt) {
    return attempt
        .deployment()
        .updates()
        .rejectedSpecHash()
        .equals(Optional.of(attempt.specHash()));
  }

  /** What becomes of what was tried, whatever becomes of what is kept; no next try is none. */
  private static void note(
      Attempt attempt, Deployment deployment, Failure told, Optional<Instant> next) {
    if (next.isEmpty()) {
      deployment.updates().reject(attempt.specHash(), told.code());
      deployment.containers().wantAny();
    } else if (!isRefused(attempt)) {
      deployment.updates().waitUntil(next.get());
    }
  }

  /** Whether it runs, and in the run in which it was healthy. */
  private boolean isHealthy(Subject subject, ObservedContainer container) {
    return container.running()
        && !restarts.isOver(subject, container)
        && subject.deployment().health().healthySince().isPresent();
  }
}

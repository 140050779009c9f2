package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An app whose container is there, or was: kept, started, restarted within bounds, or found
 * missing.
 */
final class KeepRunning {

  private final Parts parts;
  private final Subject subject;
  private final Restarts restarts;
  private final ByHand byHand;

  /** What is to follow it waits for its next try, and the reason says why. */
  private boolean updateWaits;

  /** The container that is kept was made of other settings than the present ones. */
  private boolean isOfOtherSettings;

  KeepRunning(Parts parts, Subject subject) {
    this.parts = parts;
    this.subject = subject;
    this.restarts = new Restarts(parts, subject);
    this.byHand = new ByHand(parts, subject);
  }

  /** What is to follow it waits for its next try: the reason that it is not there stays. */
  void updateWaits() {
    updateWaits = true;
  }

  /** Whether the app had become healthy in this container. */
  boolean wasHealthy() {
    return switch (subject.deployment().state()) {
      case HEALTHY, UNHEALTHY, RESTARTING -> true;
      default -> false;
    };
  }

  /** The container without what a person did to it at the engine. */
  ObservedContainer undone(ObservedContainer container) {
    return byHand.undone(container);
  }

  /** Goes on with the container from wherever it is. */
  Outcome keep(ObservedContainer container, Spec spec) {
    isOfOtherSettings = !spec.isOf(container);
    HealthCheck check = check(container, spec);
    return switch (subject.deployment().state()) {
      case HEALTHY -> keepHealthy(container, spec, check);
      case UNHEALTHY -> restarts.after(container, restarts.lastReason());
      case RESTARTING -> restart(container, spec, check);
      default -> keepStarting(container, spec, check);
    };
  }

  private Outcome keepHealthy(ObservedContainer container, Spec spec, HealthCheck check) {
    if (!container.running()) {
      return ended(container, spec, check);
    }
    if (subject.run().claim().causedBy(Cause.RESTART)) {
      return restartNow(container, spec, check, "restarted by an operator");
    }
    boolean onTrial = subject.run().claim().causedBy(Cause.TRIAL);
    boolean probesFailed = onTrial || subject.run().claim().causedBy(Cause.PROBES_FAILED);
    if (probesFailed && !byHand.putRight()) {
      Optional<Failure> sick = parts.gate().sickness(subject.run(), container, check);
      if (sick.isPresent()) {
        subject.write(sick.get(), d -> d.unhealthy(sick.get()));
        if (onTrial) {
          return restartNow(container, spec, check, "restarted on trial; it is not counted");
        }
        return restarts.after(container, sick.get());
      }
    }
    clearReasonThatIsGone();
    if (subject.run().claim().causedBy(Cause.RUNS_ANEW)) {
      subject.note("was restarted at the engine; it goes on in its new run");
    }
    if (subject.run().claim().causedBy(Cause.INSTALLED)) {
      subject.note("is healthy already, nothing to do");
    }
    return Outcome.running();
  }

  /** An end that the engine's or the host's shutdown brought about is no fault of the app's. */
  private Outcome ended(ObservedContainer container, Spec spec, HealthCheck check) {
    Claim claim = subject.run().claim();
    boolean excused =
        claim.causedBy(Cause.START_UP)
            || claim.causedBy(Cause.ENGINE_BACK)
            || claim.causedBy(Cause.RESTART)
            || subject.row().waitsForEngine()
            || parts.engineTrouble().excuses(container);
    return excused
        ? restartNow(container, spec, check, "found stopped; started again")
        : restarts.after(container, parts.gate().exit(subject.run(), container));
  }

  private Outcome restartNow(
      ObservedContainer container, Spec spec, HealthCheck check, String message) {
    subject.write(message, d -> d.restarting(Restarts.runOf(container)));
    return restart(container, spec, check);
  }

  /** The run that was to end is ended if it goes on, and another one begun. */
  private Outcome restart(ObservedContainer container, Spec spec, HealthCheck check) {
    if (container.running() && !restarts.isOver(container)) {
      return awaitHealthy(container, spec, check);
    }
    subject.run().checkpoint();
    parts.containers().stop(subject.run(), container);
    restarts.excuse(container);
    return start(container, spec, check);
  }

  private Outcome keepStarting(ObservedContainer container, Spec spec, HealthCheck check) {
    if (isBeingReplaced()) {
      subject.write("what was to replace it is not wanted any more", Deployment::pending);
    }
    if (restarts.isUncounted(container)) {
      restarts.count();
    }
    boolean ended = !container.running() && container.status() != Status.CREATED;
    boolean waited = subject.deployment().state() == DeploymentState.PENDING;
    boolean proven = subject.deployment().containers().proven();
    boolean excused = parts.engineTrouble().excuses(container);
    if (ended && ((excused && !waited) || (!excused && !proven))) {
      throw new DeploymentException(parts.gate().exit(subject.run(), container), null);
    }
    if (ended && !waited) {
      return restarts.after(container, parts.gate().exit(subject.run(), container));
    }
    return container.running()
        ? awaitHealthy(container, spec, check)
        : start(container, spec, check);
  }

  private boolean isBeingReplaced() {
    return switch (subject.deployment().state()) {
      case PULLING -> true;
      case CREATING -> subject.deployment().containers().areProven();
      default -> false;
    };
  }

  private Outcome start(ObservedContainer container, Spec spec, HealthCheck check) {
    subject.run().checkpoint();
    boolean owed = restarts.isOwed();
    markStarting(container.id());
    try {
      parts.acts().startAgain(subject.run(), container.id());
    } catch (DeploymentException e) {
      if (e.code() == FailureCode.CONTAINER_MISSING) {
        throw new UnusableContainerException(e);
      }
      return restarts.afterRefusal(container.id(), e);
    }
    subject.begun(parts.clock().instant());
    if (owed) {
      restarts.count();
    }
    return awaitHealthy(container, spec, check);
  }

  private Outcome awaitHealthy(ObservedContainer container, Spec spec, HealthCheck check) {
    markStarting(container.id());
    try {
      return awaitHealthy(container.id(), spec, check);
    } catch (DeploymentException e) {
      return restarts.afterFailing(container.id(), e);
    }
  }

  private void markStarting(ContainerId id) {
    Instant now = parts.clock().instant();
    if (subject.deployment().state() != DeploymentState.STARTING) {
      subject.write("starting container " + id.abbreviated(), d -> d.starting(now));
    }
  }

  /** Waits until a container made now is healthy and says so. */
  Outcome awaitHealthy(ContainerId id, Spec spec, Image image) {
    return awaitHealthy(id, spec, spec.check(subject.app().name(), image));
  }

  private Outcome awaitHealthy(ContainerId id, Spec spec, HealthCheck check) {
    Instant startedAt = subject.deployment().health().startedAt().orElseGet(parts.clock()::instant);
    parts.gate().await(subject.run(), id, check, subject.begunAt(startedAt));
    Instant now = parts.clock().instant();
    subject.write(
        "healthy after %d ms".formatted(Duration.between(startedAt, now).toMillis()),
        deployment -> {
          deployment.healthy(now);
          if (spec.settings().volumePath().isPresent() && !isOfOtherSettings) {
            deployment.hasVolume(parts.containers().volumeNameOf(subject.app().name()));
          }
        },
        () -> parts.dependencies().signalDependants(subject.run(), subject.app().id()));
    return Outcome.running();
  }

  /** A container has the HEALTHCHECK of the image that it was made of. */
  private HealthCheck check(ObservedContainer container, Spec spec) {
    var image = new Image(container.imageId(), "", container.healthcheck());
    return spec.check(subject.app().name(), container, image);
  }

  /** What was waited for is there; why an update was refused stays to be read. */
  private void clearReasonThatIsGone() {
    Deployment deployment = subject.deployment();
    boolean refused =
        deployment.updates().rejectedSpecHash().isPresent()
            && (!subject.row().waitsForOthers() || deployment.saysWhyThereIsNoUpdate());
    if (deployment.reason().code().isPresent() && !refused && !updateWaits) {
      Instant since = deployment.health().healthySince().orElseGet(parts.clock()::instant);
      subject.write("nothing is in the way any more", d -> d.healthy(since));
    }
  }

  /**
   * A healthy row without its container: the failure and the new beginning both stand in the
   * history. The row never has the one without the other: what failed would rest.
   */
  void noteMissing(List<ObservedContainer> owned) {
    Optional<ContainerId> recorded = subject.deployment().containers().id();
    boolean there =
        owned.stream()
            .filter(c -> c.status() != Status.REMOVING && c.status() != Status.DEAD)
            .anyMatch(c -> recorded.equals(Optional.of(c.id())));
    if (there) {
      return;
    }
    if (!wasHealthy()) {
      noteMissingOfStopped(recorded);
      return;
    }
    makeAnew(
        Failure.of(
            FailureCode.CONTAINER_MISSING,
            "the container of %s is gone; a new one is made".formatted(subject.app().name())));
  }

  /** What was held, or had failed, ran in a container that somebody has removed since. */
  private void noteMissingOfStopped(Optional<ContainerId> recorded) {
    Deployment deployment = subject.deployment();
    boolean stopped = deployment.state() == DeploymentState.PENDING;
    if (stopped
        && deployment.containers().areProven()
        && deployment.containers().previousId().isEmpty()) {
      recorded.ifPresent(id ->
          subject.note(
              "its stopped container %s was removed at the engine; a new one is made"
                  .formatted(id.abbreviated())));
    }
  }

  /** The recorded container is of no use any more. */
  void makeAnew(Failure missing) {
    parts
        .ledger()
        .together(() -> {
          subject.write(
              missing,
              deployment -> {
                deployment.failed(missing, deployment.containers().specHash().orElse(""));
                deployment.forgetContainer();
              });
          subject.write("made anew", Deployment::pending);
        });
  }
}

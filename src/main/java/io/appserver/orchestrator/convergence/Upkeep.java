package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.container.ContainerId;
import io.appserver.orchestrator.container.Image;
import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.container.ObservedContainer.Status;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Failure;
import io.appserver.orchestrator.deployment.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An app whose container is there, or was: kept, started, restarted within bounds, or found
 * missing.
 */
final class Upkeep {

  private final Parts parts;
  private final Subject subject;

  Upkeep(Parts parts, Subject subject) {
    this.parts = parts;
    this.subject = subject;
  }

  /** Whether the app had become healthy in this container. */
  boolean wasHealthy() {
    return switch (subject.deployment().state()) {
      case HEALTHY, UNHEALTHY, RESTARTING -> true;
      default -> false;
    };
  }

  /** Goes on with the container from wherever it is. */
  Outcome keep(ObservedContainer container, AppSettings settings) {
    if (container.running()) {
      if (subject.deployment().state() == DeploymentState.HEALTHY) {
        clearReasonThatIsGone();
        if (subject.run().claim().causedBy(Cause.INSTALLED)) {
          subject.note("is healthy already, nothing to do");
        }
        return Outcome.running();
      }
      markStarting(container);
    } else if (container.status() == Status.CREATED) {
      start(container);
    } else if (!wasHealthy()) {
      throw new DeploymentException(Exits.failure(subject.app().name(), container), null);
    } else if (subject.deployment().state() == DeploymentState.RESTARTING) {
      start(container);
    } else {
      return restartLater(container);
    }
    return awaitHealthy(container, settings);
  }

  /** What was waited for is there; why an update was refused stays to be read. */
  private void clearReasonThatIsGone() {
    Deployment deployment = subject.deployment();
    if (deployment.reasonCode().isPresent() && deployment.rejectedSpecHash().isEmpty()) {
      Instant since = deployment.healthySince().orElseGet(parts.clock()::instant);
      subject.write("nothing is in the way any more", d -> d.healthy(since));
    }
  }

  private void start(ObservedContainer container) {
    subject.run().checkpoint();
    markStarting(container);
    parts.acts().start(subject.run(), container.id());
  }

  private void markStarting(ObservedContainer container) {
    Instant now = parts.clock().instant();
    if (subject.deployment().state() != DeploymentState.STARTING) {
      subject.write(
          "starting container " + container.id().abbreviated(),
          deployment -> deployment.starting(now));
    }
  }

  private Outcome awaitHealthy(ObservedContainer container, AppSettings settings) {
    Image image =
        parts
            .view()
            .image(container.imageId())
            .orElse(new Image(container.imageId(), "", container.healthcheck()));
    return awaitHealthy(container.id(), settings, image);
  }

  /** Waits until the container is healthy and says so. */
  Outcome awaitHealthy(ContainerId id, AppSettings settings, Image image) {
    Instant startedAt = subject.deployment().startedAt().orElseGet(parts.clock()::instant);
    var check = HealthLadder.choose(subject.app().name(), settings, image);
    parts.gate().await(subject.run(), id, check, startedAt);
    Instant now = parts.clock().instant();
    subject.write(
        "healthy after %d ms".formatted(Duration.between(startedAt, now).toMillis()),
        deployment -> deployment.healthy(now));
    parts.dependencies().signalDependants(subject.run(), subject.app().id());
    return Outcome.running();
  }

  /** A running app's end is answered by bounded restarts of the same container. */
  private Outcome restartLater(ObservedContainer container) {
    Deployment deployment = subject.deployment();
    Failure failure =
        parts
            .evidence()
            .of(Exits.failure(subject.app().name(), container), Optional.of(container.id()));
    if (deployment.restarts() >= parts.settings().containers().maxRestarts()) {
      subject.write(failure, d -> d.failed(failure, d.specHash().orElse("")));
      parts.dependencies().signalDependants(subject.run(), subject.app().id());
      return Outcome.failed(failure);
    }
    Duration pause = RestartPause.after(deployment.restarts() + 1);
    Instant next = parts.clock().instant().plus(pause);
    subject.write(failure, d -> d.restarting(failure, next));
    parts.ledger().tell(observer -> observer.restarted(subject.app().name(), failure));
    return Outcome.waiting(failure, pause);
  }

  /**
   * A healthy row without its container: the failure and the new beginning both stand in the
   * history.
   */
  void noteMissing(List<ObservedContainer> owned) {
    Optional<String> recorded = subject.deployment().containerId();
    boolean there = owned.stream().anyMatch(c -> recorded.equals(Optional.of(c.id().value())));
    if (!wasHealthy() || there) {
      return;
    }
    Failure missing =
        Failure.of(
            FailureCode.CONTAINER_MISSING,
            "the container of %s is gone; a new one is made".formatted(subject.app().name()));
    subject.write(
        missing,
        deployment -> {
          deployment.failed(missing, deployment.specHash().orElse(""));
          deployment.forgetContainer();
        });
    subject.write("made anew", Deployment::pending);
  }
}

package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Logger;

/** Takes away what an app has besides its one container. */
final class Clearing {

  private static final Logger LOG = Logger.getLogger(Clearing.class.getName());

  private final Parts parts;
  private final Subject subject;
  private final AppContainers seen;

  /**
   * @param seen what there was when the look began
   */
  Clearing(Parts parts, Subject subject, AppContainers seen) {
    this.parts = parts;
    this.subject = subject;
    this.seen = seen;
  }

  /**
   * Of an app that runs as it should, or failed for good, all goes but its one container: what its
   * successor replaced, what could not be removed before, what a late call made. That this may fail
   * changes nothing of the outcome; it is told once and done again, with pauses that grow.
   */
  Outcome cleared(Outcome outcome) {
    boolean runs =
        outcome.result() instanceof Look.Result.Running
            || subject.deployment().state() == DeploymentState.HEALTHY;
    boolean failed = subject.deployment().state() == DeploymentState.FAILED;
    if (!runs && !failed) {
      return outcome;
    }
    String clearing = "clearing away of " + subject.app().name();
    try {
      Optional<ContainerId> kept = subject.deployment().containers().id();
      if (runs && isAlone(kept)) {
        parts.unfinished().settled(clearing);
        return outcome;
      }
      for (ObservedContainer container : parts.containers().owned(subject.run())) {
        subject.run().checkpoint();
        if (subject.isPrevious(container.id())) {
          continue;
        }
        if (!kept.equals(Optional.of(container.id()))) {
          parts.containers().remove(subject.run(), container);
        } else if (failed) {
          parts.containers().stop(subject.run(), container);
        }
      }
      parts.unfinished().settled(clearing);
      return outcome;
    } catch (DeploymentException e) {
      if (!parts.unfinished().isTold(clearing, e.failure())) {
        LOG.warning(() -> somethingIsLeft() + ": " + e.failure().message());
      }
      Duration pause = parts.unfinished().failed(clearing, e.failure());
      return outcome.atLeastAfter(pause);
    }
  }

  /** Whether the look found no container but that one, which it kept, or has made. */
  private boolean isAlone(Optional<ContainerId> kept) {
    return seen.owned().stream().allMatch(container -> kept.equals(Optional.of(container.id())));
  }

  String somethingIsLeft() {
    return "app_name=%s something that should be gone is still there; it is removed at a later look"
        .formatted(subject.app().name());
  }
}

package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.record.Unfinished;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Takes away what an app has besides its one container, and what an attempt made in vain. */
@Singleton
final class Clearing {

  private static final Logger LOG = Logger.getLogger(Clearing.class.getName());

  private final Containers containers;
  private final Storage storage;
  private final Unfinished unfinished;

  @Inject
  Clearing(Containers containers, Storage storage, Unfinished unfinished) {
    this.containers = containers;
    this.storage = storage;
    this.unfinished = unfinished;
  }

  /**
   * Of an app that runs as it should, or failed for good, all goes but its one container: what its
   * successor replaced, what could not be removed before, what a late call made. That this may fail
   * changes nothing of the outcome; it is told once and done again, with pauses that grow.
   */
  Outcome cleared(Attempt attempt, Outcome outcome) {
    Subject subject = attempt.subject();
    boolean runs =
        outcome.result() instanceof Look.Result.Running
            || subject.deployment().state() == DeploymentState.HEALTHY;
    boolean failed = subject.deployment().state() == DeploymentState.FAILED;
    if (!runs && !failed) {
      return outcome;
    }
    String clearing = "clearing away of " + subject.app().name();
    try {
      if (!(runs && isAlone(attempt))) {
        clear(subject, failed);
      }
      unfinished.settled(clearing);
      return outcome;
    } catch (DeploymentException e) {
      if (!unfinished.isTold(clearing, e.failure())) {
        LOG.warning(() -> somethingIsLeft(subject) + ": " + e.failure().message());
      }
      Duration pause = unfinished.failed(clearing, e.failure());
      return outcome.atLeastAfter(pause);
    }
  }

  /** Whether the look found no container but that one, which it kept, or has made. */
  private static boolean isAlone(Attempt attempt) {
    Optional<ContainerId> kept = attempt.deployment().containers().id();
    return attempt.seen().owned().stream()
        .allMatch(container -> kept.equals(Optional.of(container.id())));
  }

  private void clear(Subject subject, boolean failed) {
    subject.store();
    Optional<ContainerId> kept = subject.deployment().containers().id();
    for (ObservedContainer container : containers.owned(subject.run())) {
      subject.run().checkpoint();
      if (subject.isPrevious(container.id())) {
        continue;
      }
      if (!kept.equals(Optional.of(container.id()))) {
        containers.remove(subject.run(), container);
      } else if (failed) {
        containers.stop(subject.run(), container);
      }
    }
  }

  /** Removes what the attempt made. What cannot be removed now is found again at the next look. */
  void undo(Attempt attempt) {
    try {
      for (ObservedContainer container : containers.owned(attempt.run())) {
        containers.remove(attempt.run(), container);
      }
      storage.undo(attempt);
    } catch (DeploymentException e) {
      LOG.log(Level.WARNING, e, () -> somethingIsLeft(attempt.subject()));
    }
  }

  /** That one cannot be removed does not keep the version before from running again. */
  void undoVolumes(Attempt attempt) {
    try {
      storage.undo(attempt);
    } catch (DeploymentException e) {
      LOG.log(
          Level.WARNING,
          e,
          () ->
              "app_name=%s a volume that no process ever had could not be removed; it stays until a later attempt or a purge"
                  .formatted(attempt.subject().app().name()));
    }
  }

  private static String somethingIsLeft(Subject subject) {
    return "app_name=%s something that should be gone is still there; it is removed at a later look"
        .formatted(subject.app().name());
  }
}

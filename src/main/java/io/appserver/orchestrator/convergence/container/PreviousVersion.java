package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.engine.StandIn;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The version before, while its successor's image is pulled: if it ends it is started again, after
 * pauses that grow. That counts for nothing, as it is about to be replaced.
 */
final class PreviousVersion implements StandIn {

  private static final Logger LOG = Logger.getLogger(PreviousVersion.class.getName());

  private final Parts parts;
  private final Subject subject;
  private final ContainerId id;

  PreviousVersion(Parts parts, Subject subject, ContainerId id) {
    this.parts = parts;
    this.subject = subject;
    this.id = id;
  }

  @Override
  public boolean isDown() {
    try {
      return parts
          .view()
          .inspect(id)
          .filter(container -> !container.running())
          .filter(container -> container.status() == ObservedContainer.Status.EXITED)
          .filter(container -> !parts.containers().condemned(subject.run(), container))
          .isPresent();
    } catch (DeploymentException e) {
      return cannotBeStarted(e);
    }
  }

  @Override
  public void start() {
    try {
      parts.acts().startAgain(subject.run(), id);
      parts
          .ledger()
          .note(
              subject.run(),
              Optional.of(subject.deployment()),
              "had ended, and was started again while its new image is pulled");
    } catch (DeploymentException e) {
      cannotBeStarted(e);
    }
  }

  private boolean cannotBeStarted(DeploymentException e) {
    LOG.log(
        Level.WARNING,
        e,
        () ->
            "app_name=%s the version that is to run until its new image is there cannot be started"
                .formatted(subject.app().name()));
    return false;
  }
}

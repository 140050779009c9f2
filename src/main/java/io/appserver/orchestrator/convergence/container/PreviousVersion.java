package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.engine.StandIn;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The version before, while its successor's image is pulled: if it ends it is started again, after
 * pauses that grow. That counts for nothing, as it is about to be replaced.
 */
final class PreviousVersion implements StandIn {

  private static final Logger LOG = Logger.getLogger(PreviousVersion.class.getName());

  private final RuntimeView view;
  private final JournaledCalls calls;
  private final Containers containers;
  private final Subject subject;
  private final ContainerId id;

  PreviousVersion(
      RuntimeView view,
      JournaledCalls calls,
      Containers containers,
      Subject subject,
      ContainerId id) {
    this.view = view;
    this.calls = calls;
    this.containers = containers;
    this.subject = subject;
    this.id = id;
  }

  @Override
  public boolean isDown() {
    try {
      return view.inspect(id)
          .filter(container -> !container.running())
          .filter(container -> container.status() == ObservedContainer.Status.EXITED)
          .filter(container -> !containers.condemned(subject.run(), container))
          .isPresent();
    } catch (DeploymentException e) {
      return cannotBeStarted(e);
    }
  }

  @Override
  public void start() {
    try {
      calls.startAgain(subject.run(), id);
      subject.note("had ended, and was started again while its new image is pulled");
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

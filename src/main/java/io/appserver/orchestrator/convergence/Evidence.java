package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.container.ContainerId;
import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.Failure;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What is kept of a container that failed: last log lines, exit code, the engine's words. */
final class Evidence {

  private static final Logger LOG = Logger.getLogger(Evidence.class.getName());

  private static final int LOG_LINES = 40;

  private final RuntimeView view;
  private final Redaction redaction;

  Evidence(RuntimeView view, Redaction redaction) {
    this.view = view;
    this.redaction = redaction;
  }

  /** The failure with what can be seen of the container, without secrets. */
  Failure of(Failure failure, Optional<ContainerId> id) {
    return id.map(container -> of(failure, container)).orElse(failure);
  }

  private Failure of(Failure failure, ContainerId id) {
    try {
      Optional<ObservedContainer> container = view.inspect(id);
      if (container.isEmpty()) {
        return failure;
      }
      Failure seen =
          failure
              .with("log", redaction.of(view.logs(id, LOG_LINES)))
              .with("engine", redaction.of(container.get().error()));
      return container.get().status() == ObservedContainer.Status.EXITED
          ? seen.with("exit_code", Integer.toString(container.get().exitCode()))
              .with("oom_killed", Boolean.toString(container.get().oomKilled()))
          : seen;
    } catch (DeploymentException e) {
      LOG.log(Level.FINE, e, () -> "nothing could be seen of container " + id.abbreviated());
      return failure.with("evidence", "could not be had: " + e.getMessage());
    }
  }
}

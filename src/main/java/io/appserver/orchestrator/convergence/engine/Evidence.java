package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.explanation.KnownMessages;
import io.appserver.orchestrator.runtime.InitFailure;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What is kept of a container that failed: last log lines, exit code, the engine's words. What is
 * recognised in the log is named.
 */
@Singleton
public final class Evidence {

  private static final Logger LOG = Logger.getLogger(Evidence.class.getName());

  private static final int LOG_LINES = 40;

  private final RuntimeView view;
  private final Redaction redaction;
  private final String nodeEnv;

  /** */
  @Inject
  public Evidence(RuntimeView view, Settings settings) {
    this.view = view;
    this.redaction = new Redaction(settings);
    this.nodeEnv = settings.apps().nodeEnv();
  }

  /** The failure with what can be seen of the container, without secrets; if it is ours. */
  public Failure of(Failure failure, Run run, Containers containers, Optional<ContainerId> id) {
    return id.map(container -> of(failure, run, containers, container)).orElse(failure);
  }

  private Failure of(Failure failure, Run run, Containers containers, ContainerId id) {
    try {
      Optional<ObservedContainer> container = containers.find(run, id);
      if (container.isEmpty()) {
        return failure;
      }
      String log = redaction.of(run.aside(() -> view.logs(id, LOG_LINES)));
      Optional<String> init = InitFailure.in(container.get(), log);
      Failure seen =
          init.map(words -> notStartable(failure, container.get(), words))
              .orElseGet(() -> recognised(failure, log))
              .with("log", log)
              .with("engine", init.orElseGet(() -> redaction.of(container.get().error())));
      return container.get().status() == ObservedContainer.Status.EXITED
          ? seen.with("exit_code", Integer.toString(container.get().exitCode()))
              .with("oom_killed", Boolean.toString(container.get().oomKilled()))
          : seen;
    } catch (DeploymentException e) {
      LOG.log(Level.FINE, e, () -> "nothing could be seen of container " + id.abbreviated());
      return failure.with("evidence", "could not be had: " + e.getMessage());
    }
  }

  /** The engine would have refused the start of it, had it not put an init before the app. */
  private static Failure notStartable(Failure failure, ObservedContainer container, String words) {
    return new Failure(
        FailureCode.IMAGE_INVALID,
        "The image of container %s cannot be started: its entry point is not there or not executable here. Correct the image. The init says: %s"
            .formatted(container.name(), words),
        failure.details(),
        Optional.empty());
  }

  /** What the engine or the registry did is not told by the app's log. */
  private Failure recognised(Failure failure, String log) {
    return switch (failure.code()) {
      case EXITED, START_TIMEOUT, UNHEALTHY ->
          KnownMessages.in(log, nodeEnv).map(message -> message.in(failure)).orElse(failure);
      default -> failure;
    };
  }
}

package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ObservedContainer;

/** What a container that does not run any more died of. */
public final class ExitReasons {

  private ExitReasons() {}

  public static Failure failure(AppName app, ObservedContainer container) {
    Failure failure =
        container.oomKilled()
            ? Failure.of(
                FailureCode.OUT_OF_MEMORY,
                "%s was killed: out of memory; raise docker.memory.mb of the app or APPSERVER_DOCKER_DEFAULT_MEMORY_MB, or look for a leak"
                    .formatted(app))
            : Failure.of(
                FailureCode.EXITED,
                "%s ended with exit code %d; its last log lines are kept with this"
                    .formatted(app, container.exitCode()));
    return failure
        .with("exit_code", Integer.toString(container.exitCode()))
        .with("oom_killed", Boolean.toString(container.oomKilled()))
        .with("engine", container.error());
  }
}

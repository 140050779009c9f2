package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.deployment.Failure;
import io.appserver.orchestrator.deployment.FailureCode;

/** What a container that does not run any more died of. */
final class Exits {

  private Exits() {}

  static Failure failure(AppName app, ObservedContainer container) {
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

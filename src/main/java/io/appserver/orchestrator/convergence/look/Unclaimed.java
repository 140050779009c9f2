package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.engine.ExitReasons;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An app that the platform has no row of, and that nobody says to remove: it stays as it is. If it
 * ends it is not started again, as nobody wants it, and its row says so.
 */
final class Unclaimed {

  private final Parts parts;

  Unclaimed(Parts parts) {
    this.parts = parts;
  }

  void tell(Run run, List<Deployment> deployments, List<ObservedContainer> owned) {
    deployments.stream()
        .filter(row -> row.state() == DeploymentState.HEALTHY)
        .forEach(row -> {
          Optional<ObservedContainer> own =
              owned.stream()
                  .filter(c -> row.containers().id().equals(Optional.of(c.id().value())))
                  .findFirst();
          if (own.filter(ObservedContainer::running).isEmpty()) {
            Failure why =
                waiting(own.map(c -> found(run.app(), c)).orElseGet(() -> gone(run.app())));
            parts.ledger().write(run, row, why, d -> d.unhealthy(why));
          }
        });
  }

  private static Failure found(AppName app, ObservedContainer container) {
    return switch (container.status()) {
      case EXITED, DEAD -> ExitReasons.failure(app, container);
      case CREATED, RUNNING, RESTARTING, PAUSED, REMOVING ->
          Failure.of(
              FailureCode.UNHEALTHY,
              "the container of %s is %s"
                  .formatted(app, container.status().name().toLowerCase(Locale.ROOT)));
    };
  }

  private static Failure gone(AppName app) {
    return Failure.of(FailureCode.CONTAINER_MISSING, "the container of %s is gone".formatted(app));
  }

  private static Failure waiting(Failure failure) {
    return new Failure(
        failure.code(),
        failure.message() + "; it is started again once the platform has a row of it",
        failure.details(),
        failure.retryAfter());
  }
}

package io.appserver.orchestrator.convergence.spec;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.Image;

/** Chooses how an app is asked whether it is well. */
final class HealthLadder {

  /** What an app listens on unless its setting says otherwise; the platform's manifest names it. */
  static final int DEFAULT_PORT = 3000;

  private static final String DEFAULT_PATH = "/health";

  private HealthLadder() {}

  /**
   * The check that the app's settings and image ask for.
   *
   * @throws DeploymentException with {@code invalid_setting} if the mode asks for a HEALTHCHECK
   *     that the image lacks
   */
  static HealthCheck choose(AppName app, AppSettings settings, Image image) {
    int port = settings.port().orElse(DEFAULT_PORT);
    String path = settings.healthPath().orElse(DEFAULT_PATH);
    return switch (settings.healthMode()) {
      case AUTO -> {
        if (settings.healthPath().isPresent()) {
          yield new HealthCheck.Http(port, path);
        }
        boolean ownTest = settings.port().isEmpty() && !image.healthcheck().isEmpty();
        yield ownTest
            ? new HealthCheck.Execute(image.healthcheck())
            : new HealthCheck.HttpOrOpenPort(port, path);
      }
      case DOCKER -> {
        if (image.healthcheck().isEmpty()) {
          throw new DeploymentException(
              FailureCode.INVALID_SETTING,
              "docker.health.mode of %s is docker, but its image has no HEALTHCHECK"
                  .formatted(app));
        }
        yield new HealthCheck.Execute(image.healthcheck());
      }
      case HTTP -> new HealthCheck.Http(port, path);
      case TCP -> new HealthCheck.Tcp(port);
      case NONE -> new HealthCheck.None();
    };
  }
}

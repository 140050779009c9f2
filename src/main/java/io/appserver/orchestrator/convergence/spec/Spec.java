package io.appserver.orchestrator.convergence.spec;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.app.HealthMode;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.Optional;

/**
 * What the settings of an app ask for: which container it is to have, and how it is asked whether
 * it is well.
 *
 * @param hash tells whether a container was made from these settings, see {@link SpecHash}
 * @param healthHash tells whether the app is asked as these settings say
 */
public record Spec(AppSettings settings, String hash, String healthHash) {

  /** The hash of an app without settings. */
  public static final String HASH_OF_NONE = SpecHash.of(AppSettings.none());

  public static Spec of(AppSettings settings) {
    return new Spec(settings, SpecHash.of(settings), SpecHash.ofHealth(settings));
  }

  /** What the app listens on. */
  public int port() {
    return settings.port().orElse(HealthLadder.DEFAULT_PORT);
  }

  /** The image that the app's container is made of. */
  public ImageReference image(AppName app, Settings operator) {
    return new ImageReference(
        operator.registry().url(),
        app.value(),
        settings.imageStage().orElse(operator.containers().imageStage()));
  }

  /**
   * How the app is asked whether it is well in a container that is there. One that was made of
   * other settings listens where it was told to then. If it was to be asked in another way too, or
   * that was not noted, an open port is enough: how it was asked is not known any more.
   *
   * @throws DeploymentException with {@code invalid_setting} if the container was made of these
   *     settings, and the mode asks for a HEALTHCHECK that the image lacks
   */
  public HealthCheck check(AppName app, ObservedContainer container, Image image) {
    if (isOf(container) || container.port().isEmpty()) {
      return check(app, image);
    }
    if (settings.healthMode() == HealthMode.NONE) {
      return new HealthCheck.None();
    }
    int port = container.port().get();
    if (!healthHash.equals(container.labels().get(ContainerLabels.HEALTH_HASH))) {
      return new HealthCheck.Tcp(port);
    }
    Optional<Integer> told = Optional.of(port).filter(known -> known != HealthLadder.DEFAULT_PORT);
    try {
      return HealthLadder.choose(app, settings.listeningOn(told), image);
    } catch (DeploymentException e) {
      return new HealthCheck.None();
    }
  }

  /** Whether the container was made of these settings. */
  public boolean isOf(ObservedContainer container) {
    return hash.equals(container.labels().get(ContainerLabels.SPEC_HASH));
  }

  /**
   * How the app is asked whether it is well.
   *
   * @throws DeploymentException with {@code invalid_setting} if the mode asks for a HEALTHCHECK
   *     that the image lacks
   */
  public HealthCheck check(AppName app, Image image) {
    return HealthLadder.choose(app, settings, image);
  }
}

package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.AppName;
import java.util.regex.Pattern;

/** A container's name, which is its DNS name on the app network too. */
public record ContainerName(String value) {

  private static final String ASIDE = "--previous";

  /** What {@code APPSERVER_DOCKER_CONTAINER_PREFIX} may be. */
  private static final Pattern PREFIX = Pattern.compile("[a-z0-9._-]{0,20}");

  public static ContainerName of(String prefix, AppName app) {
    return new ContainerName(prefix + app.value());
  }

  /**
   * The name of a container that waits for its successor. No app's container can have it: a name
   * has no double dash.
   */
  public ContainerName aside() {
    return new ContainerName(value + ASIDE);
  }

  /** Whether it is, with some prefix, a name that containers of the app are given. */
  public boolean isGivenTo(AppName app) {
    String own =
        value.endsWith(ASIDE) ? value.substring(0, value.length() - ASIDE.length()) : value;
    return own.endsWith(app.value())
        && PREFIX.matcher(own.substring(0, own.length() - app.value().length())).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}

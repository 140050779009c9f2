package io.appserver.orchestrator.container;

import io.appserver.orchestrator.app.AppName;

/** A container's name, which is its DNS name on the app network too. */
public record ContainerName(String value) {

  public static ContainerName of(String prefix, AppName app) {
    return new ContainerName(prefix + app.value());
  }

  @Override
  public String toString() {
    return value;
  }
}

package io.appserver.orchestrator.app;

import java.util.List;
import java.util.Map;

/**
 * What the platform says of an app besides whether it should run, read at one moment.
 *
 * @param settings as the platform keeps them, key to value
 * @param dependencies what the app depends on
 * @param dependants names of the installed apps that depend on it, directly
 */
public record AppDetails(
    Map<String, String> settings, List<Dependency> dependencies, List<AppName> dependants) {

  /** Whether it depends on any app, or any on it. */
  public boolean hasRelatives() {
    return !dependencies.isEmpty() || !dependants.isEmpty();
  }
}

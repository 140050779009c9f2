package io.appserver.orchestrator.configuration;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.Config;

/** What an operator sets, on top of what must be set for the orchestrator to start. */
public final class OperatorSets {

  private static final Map<String, String> REQUIRED =
      Map.of("APPSERVER_EVENTBUS_ENABLED", "true", "APPSERVER_DOCKER_ENABLED", "true");

  private OperatorSets() {}

  /** The settings from these variables, which are the whole environment too. */
  public static Settings settings(Map<String, String> variables) {
    var all = withRequired(variables);
    return SettingsReader.read(exactly(all), all);
  }

  static Settings settings(String variable, String value) {
    return settings(Map.of(variable, value));
  }

  static Map<String, String> withRequired(Map<String, String> variables) {
    var all = new TreeMap<>(REQUIRED);
    all.putAll(variables);
    return all;
  }

  static Config exactly(Map<String, String> variables) {
    return new SmallRyeConfigBuilder()
        .withSources(new PropertiesConfigSource(variables, "operator", 300))
        .build();
  }
}

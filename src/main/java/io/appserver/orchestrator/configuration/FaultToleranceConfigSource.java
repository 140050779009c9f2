package io.appserver.orchestrator.configuration;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * Tells MicroProfile Fault Tolerance the time-outs that the operator set, as its annotations take
 * constants only. Found by ServiceLoader and asked while the application is deployed, before there
 * are {@link Settings}; so it reads the variables itself, and takes the default where one is wrong:
 * the start-up reports that.
 */
public final class FaultToleranceConfigSource implements ConfigSource {

  /** Over the environment's 300, under the system properties' 400. */
  static final int ORDINAL = 350;

  /** The class whose methods are annotated; a name, because this package imports no other. */
  static final String ADAPTER = "io.appserver.orchestrator.container.docker.DockerRuntimeControl";

  /**
   * A call that changes something must end within the lease it is made under, which lives for 12 s.
   */
  static final Duration LONGEST_CHANGE = Duration.ofSeconds(10);

  private final Map<String, String> properties = new TreeMap<>();

  /** For the ServiceLoader: takes the variables of this process, system properties first. */
  public FaultToleranceConfigSource() {
    this(name -> {
      String property = System.getProperty(name);
      return property != null ? property : System.getenv(name);
    });
  }

  FaultToleranceConfigSource(Function<String, @Nullable String> variables) {
    Duration pull = value(DurationVariable.PULL_TIMEOUT, variables);
    put("pull", "Timeout", "value", "unit", pull);
    put("pull", "Retry", "maxDuration", "durationUnit", pull);
    change("start", value(DurationVariable.START_TIMEOUT, variables));
    change("terminate", value(DurationVariable.STOP_TIMEOUT, variables));
    change("kill", value(DurationVariable.STOP_TIMEOUT, variables));
  }

  private static Duration value(
      DurationVariable variable, Function<String, @Nullable String> variables) {
    return variable.orInitial(variables.apply(variable.name()));
  }

  private void change(String method, Duration timeout) {
    Duration bounded = timeout.compareTo(LONGEST_CHANGE) < 0 ? timeout : LONGEST_CHANGE;
    put(method, "Timeout", "value", "unit", bounded);
  }

  private void put(String method, String annotation, String amount, String unit, Duration value) {
    String prefix = ADAPTER + "/" + method + "/" + annotation + "/";
    properties.put(prefix + amount, Long.toString(value.toMillis()));
    properties.put(prefix + unit, "MILLIS");
  }

  @Override
  public Map<String, String> getProperties() {
    return Map.copyOf(properties);
  }

  @Override
  public Set<String> getPropertyNames() {
    return Set.copyOf(properties.keySet());
  }

  @Override
  public @Nullable String getValue(String propertyName) {
    return properties.get(propertyName);
  }

  @Override
  public String getName() {
    return "time-outs of the container engine's calls";
  }

  @Override
  public int getOrdinal() {
    return ORDINAL;
  }
}

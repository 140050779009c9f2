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
  static final String CALLS = "io.appserver.orchestrator.runtime.call.InterceptedCalls";

  /**
   * What a start gets beyond the operator's time: for the wait for a connection, a ping, and the
   * look at what became of a start without an answer, on an engine that is slow. The adapter's own
   * limit is the operator's time, and ends the call first ({@code CallBudget}).
   */
  public static final Duration BESIDES_A_START = Duration.ofMinutes(3);

  private final Map<String, String> properties = new TreeMap<>();

  /** For the ServiceLoader: takes the variables of this process, system properties first. */
  public FaultToleranceConfigSource() {
    this(name -> {
      String property = System.getProperty(name);
      return property != null ? property : System.getenv(name);
    });
  }

  FaultToleranceConfigSource(Function<String, @Nullable String> variables) {
    Duration pull = value(TimeVariables.PULL_TIMEOUT, variables);
    put("pull", "Timeout", "value", "unit", pull);
    put("pull", "Retry", "maxDuration", "durationUnit", pull);
    put(
        "start",
        "Timeout",
        "value",
        "unit",
        value(TimeVariables.START_TIMEOUT, variables).plus(BESIDES_A_START));
  }

  private static Duration value(
      Variable<Duration> variable, Function<String, @Nullable String> variables) {
    return variable.orInitial(variables.apply(variable.name()));
  }

  private void put(String method, String annotation, String amount, String unit, Duration value) {
    String prefix = CALLS + "/" + method + "/" + annotation + "/";
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

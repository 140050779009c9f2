package io.appserver.orchestrator.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultToleranceConfigSourceTest {

  private static FaultToleranceConfigSource source(Map<String, String> variables) {
    return new FaultToleranceConfigSource(variables::get);
  }

  private static String property(FaultToleranceConfigSource source, String name) {
    return source.getValue(FaultToleranceConfigSource.CALLS + "/" + name);
  }

  @Test
  void derivesTheTimeOutsFromTheDefaults() {
    var prefix = FaultToleranceConfigSource.CALLS;
    assertThat(source(Map.of()).getProperties())
        .containsOnly(
            Map.entry(prefix + "/pull/Timeout/value", "600000"),
            Map.entry(prefix + "/pull/Timeout/unit", "MILLIS"),
            Map.entry(prefix + "/pull/Retry/maxDuration", "600000"),
            Map.entry(prefix + "/pull/Retry/durationUnit", "MILLIS"),
            Map.entry(prefix + "/start/Timeout/value", "300000"),
            Map.entry(prefix + "/start/Timeout/unit", "MILLIS"));
  }

  @ParameterizedTest
  @CsvSource({
    "PULL_TIMEOUT, 1h30m, pull/Timeout/value, 5400000",
    "PULL_TIMEOUT, 1h30m, pull/Retry/maxDuration, 5400000",
    "START_TIMEOUT, 5s, start/Timeout/value, 185000",
    "START_TIMEOUT, 10m, start/Timeout/value, 780000",
  })
  void followsTheOperator(String variable, String set, String property, String millis) {
    assertThat(property(source(Map.of("APPSERVER_DOCKER_" + variable, set)), property))
        .isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "600", "soon", "0", "-1m", "1000h", "9999999999h"})
  void aWrongValueCountsAsTheDefaultHere(String wrong) {
    assertThat(
            property(source(Map.of("APPSERVER_DOCKER_PULL_TIMEOUT", wrong)), "pull/Timeout/value"))
        .isEqualTo("600000");
  }

  @Test
  void isFoundAndStrongerThanTheEnvironment() {
    assertThat(ServiceLoader.load(ConfigSource.class))
        .filteredOn(FaultToleranceConfigSource.class::isInstance)
        .singleElement()
        .satisfies(found -> assertThat(found.getOrdinal()).isBetween(301, 399));
  }

  /** The annotated calls, by the name that the source gives their class. */
  private static Method[] annotatedMethods() throws ClassNotFoundException {
    var loader = FaultToleranceConfigSourceTest.class.getClassLoader();
    return Class.forName(FaultToleranceConfigSource.CALLS, false, loader).getDeclaredMethods();
  }

  private static Class<? extends Annotation> annotation(String name) {
    return switch (name) {
      case "Timeout" -> Timeout.class;
      case "Retry" -> Retry.class;
      default -> throw new AssertionError("unknown annotation " + name);
    };
  }

  @Test
  void everyPropertySetsAnElementOfAnAnnotationThatIsThere() throws Exception {
    Method[] methods = annotatedMethods();
    for (String property : source(Map.of()).getPropertyNames()) {
      String[] parts = property.split("/", -1);
      assertThat(methods)
          .as(property)
          .filteredOn(method -> method.getName().equals(parts[1]))
          .anyMatch(method -> method.isAnnotationPresent(annotation(parts[2])));
      assertThat(annotation(parts[2]).getMethod(parts[3])).as(property).isNotNull();
    }
  }

  @Test
  void noRetriedPullPausesLongerThanTheShortestPullMayTake() throws ClassNotFoundException {
    assertThat(annotatedMethods())
        .filteredOn(method -> method.getName().equals("pull"))
        .filteredOn(method -> method.isAnnotationPresent(Retry.class))
        .extracting(method -> method.getAnnotation(Retry.class))
        .isNotEmpty()
        .allSatisfy(retry -> {
          Duration pause = Duration.of(retry.delay(), retry.delayUnit());
          assertThatIllegalArgumentException()
              .as("no pull may take as little as that")
              .isThrownBy(() -> TimeVariables.PULL_TIMEOUT.format().read(GoDuration.format(pause)));
        });
  }
}

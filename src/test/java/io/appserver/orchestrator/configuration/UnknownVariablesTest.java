package io.appserver.orchestrator.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownVariablesTest {

  private static List<String> warnings(String... variables) {
    return SettingsReader.warnings(
        OperatorSets.exactly(Stream.of(variables).collect(Collectors.toMap(v -> v, v -> "x"))));
  }

  @ParameterizedTest
  @CsvSource({
    "APPSERVER_DOCKER_PULL_TIMOUT, APPSERVER_DOCKER_PULL_TIMEOUT",
    "APPSERVER_DOCKER_PULL_TIMEOUTS, APPSERVER_DOCKER_PULL_TIMEOUT",
    "APPSERVER_DOCKER_STOPTIMEOUT, APPSERVER_DOCKER_STOP_TIMEOUT",
    "APPSERVER_EVENTBUS_ENABLE, APPSERVER_EVENTBUS_ENABLED",
    "APPSERVER_EVENTBUS_QUEUETYPE, APPSERVER_EVENTBUS_QUEUE_TYPE",
    "APPSERVER_RECONCILE_TIMEOUT, APPSERVER_DOCKER_RECONCILE_TIMEOUT",
    "APPSERVER_MAX_RESTARTS, APPSERVER_DOCKER_MAX_RESTARTS",
    "APPSERVER_DB_SSL_MODE, APPSERVER_DB_SSLMODE",
    "APPSERVER_DB_PORTS, APPSERVER_DB_PORT",
    "APPSERVER_RABBIT_MQ_URL, APPSERVER_RABBITMQ_URL",
    "appserver_docker_enabled, APPSERVER_DOCKER_ENABLED",
  })
  void asksWhetherANearNameIsMeant(String written, String meant) {
    assertThat(warnings(written))
        .containsExactly(
            written
                + " is not a setting of the orchestrator and has no effect on it: is "
                + meant
                + " meant?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "APPSERVER_DOCKER_FOO",
        "APPSERVER_RECONCILE_SOMETHING",
        "APPSERVER_ORCHESTRATOR_DB_SCHEMA"
      })
  void namesWhatOnlyWeWouldKnow(String written) {
    assertThat(warnings(written))
        .containsExactly(written + " is not a setting of the orchestrator and has no effect on it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "APPSERVER_EVENTBUS_EXCHANGE",
        "APPSERVER_EVENTBUS_PREFETCH",
        "APPSERVER_REDIS_HOST",
        "APPSERVER_DB_POOL",
        "APPSERVER_DB_MAX_CONNECTIONS",
        "APPSERVER_GRAPHQL_URL",
        "APPSERVER_LOG_LEVEL",
        "APPSERVER_METRICS_ENABLED",
        "DB_HOST",
        "DOCKER_HOST",
        "NODE_ENVS",
        "PATH"
      })
  void leavesAloneWhatOthersMayKnow(String written) {
    assertThat(warnings(written)).isEmpty();
  }

  @Test
  void hasNothingToSayOfRealSettings() {
    var known = Variables.names();
    assertThat(warnings(known.toArray(String[]::new))).isEmpty();
  }

  @Test
  void neverRepeatsAValue() {
    assertThat(
            SettingsReader.warnings(
                OperatorSets.exactly(Map.of("APPSERVER_DOCKER_REGISTRY_PASSWORT", "hunter2"))))
        .singleElement()
        .asString()
        .doesNotContain("hunter2")
        .contains("APPSERVER_DOCKER_REGISTRY_PASSWORD");
  }
}

package io.appserver.orchestrator.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsProblemsTest {

  private static SettingsException problemsOf(Map<String, String> variables) {
    return catchThrowableOfType(
        SettingsException.class,
        () -> SettingsReader.read(OperatorSets.exactly(variables), variables));
  }

  private static SettingsException problemsWith(String... namesAndValues) {
    var variables = new TreeMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      variables.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return problemsOf(OperatorSets.withRequired(variables));
  }

  private static SettingsProblem onlyProblem(String... namesAndValues) {
    var exception = problemsWith(namesAndValues);
    assertThat(exception).as("problem with %s", List.of(namesAndValues)).isNotNull();
    assertThat(exception.problems()).hasSize(1);
    return exception.problems().getFirst();
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "EVENTBUS_QUEUE_TYPE | stream | must be one of quorum, classic",
        "DB_HOST | http://db | must be a host name",
        "DB_HOST | db:5432/x | must be a host name",
        "DB_PORT | 0 | must be a whole number from 1 to 65535",
        "DB_PORT | 65536 | must be a whole number from 1 to 65535",
        "DB_PORT | 5432.0 | must be a whole number",
        "DB_PORT | +5432 | must be a whole number",
        "DB_PORT | 99999999999999999999 | must be a whole number",
        "DB_SSLMODE | on | must be one of disable, allow, prefer, require, verify-ca, verify-full",
        "DB_SCHEMA | App | must be at most 63 lower-case letters",
        "DB_SCHEMA | a-b | must be at most 63 lower-case letters",
        "DB_SCHEMA | a; drop | must be at most 63 lower-case letters",
        "DB_SCHEMA | pg_x | must be at most 63 lower-case letters",
        "ORCHESTRATOR_DB_PORT | x | must be a whole number from 1 to 65535",
        "ORCHESTRATOR_DB_HOST | a b | must be a host name",
        "ORCHESTRATOR_DB_SSLMODE | true | must be one of disable",
        "DOCKER_SOCKET_PATH | docker.sock | must be an absolute path",
        "DOCKER_SOCKET_PATH | tcp://proxy:2375 | must be an absolute path",
        "DOCKER_HOST | proxy:2375 | must be tcp://host:port",
        "DOCKER_HOST | tcp://proxy | must be tcp://host:port",
        "DOCKER_HOST | tcp://proxy:99999 | must be tcp://host:port",
        "DOCKER_HOST | tcp://proxy:2375/v1.41 | must be tcp://host:port",
        "DOCKER_HOST | ssh://root@proxy | must be tcp://host:port",
        "DOCKER_HOST | http://proxy:2375 | must be tcp://host:port",
        "DOCKER_NODE_NAME | a/b | must be at most 128 letters",
        "INSTALLATION_ID | prod | must be a UUID",
        "INSTALLATION_ID | 1-1-1-1-1 | must be a UUID",
        "DOCKER_REGISTRY_URL | registry.example/team | without a path",
        "DOCKER_REGISTRY_URL | https://registry.example/v2/ | without a path",
        "DOCKER_REGISTRY_URL | registry | must have a dot or a port",
        "DOCKER_REGISTRY_URL | registry.example:0 | must be a registry's host",
        "DOCKER_REGISTRY_URL | registry.example:5000:1 | must be a registry's host",
        "DOCKER_REGISTRY_URL | ftp://registry.example | without a path",
        "DOCKER_REGISTRY_URL | -registry.example | must be a registry's host",
        "DOCKER_REGISTRY_URL | a registry.example | must be a registry's host",
        "DOCKER_NETWORK_NAME | a b | must be 2 to 128",
        "DOCKER_NETWORK_NAME | -net | must be 2 to 128",
        "DOCKER_NETWORK_NAME | bridge | none of the engine's own networks",
        "DOCKER_NETWORK_NAME | host | none of the engine's own networks",
        "DOCKER_CONTAINER_PREFIX | App- | must be at most 20 lower-case",
        "DOCKER_CONTAINER_PREFIX | -app | must be at most 20 lower-case",
        "DOCKER_CONTAINER_PREFIX | app-- | must be at most 20 lower-case",
        "DOCKER_CONTAINER_PREFIX | a-very-long-prefix-21 | must be at most 20 lower-case",
        "DOCKER_ADOPT_EXISTING | yes | must be true or false",
        "DOCKER_ADOPT_EXISTING | 1 | must be true or false",
        "DOCKER_DEFAULT_CPU_SHARES | 1 | must be a whole number from 2 to 262144",
        "DOCKER_DEFAULT_CPU_SHARES | 262145 | must be a whole number from 2 to 262144",
        "DOCKER_DEFAULT_MEMORY_MB | 5 | must be a whole number from 6 to 16777216",
        "DOCKER_DEFAULT_MEMORY_MB | 512m | must be a whole number from 6 to 16777216",
        "DOCKER_PIDS_LIMIT | 0 | must be a whole number from 1",
        "DOCKER_PIDS_LIMIT | -1 | must be a whole number from 1",
        "DOCKER_DEFAULT_IMAGE_STAGE | stable | must be one of latest, pre-release, testing",
        "DOCKER_MAX_RESTARTS | -1 | must be a whole number from 0",
        "DOCKER_MAX_CONCURRENT_DEPLOYMENTS | 0 | must be a whole number from 1 to 64",
        "DOCKER_MAX_CONCURRENT_DEPLOYMENTS | 65 | must be a whole number from 1 to 64",
        "DOCKER_PULL_TIMEOUT | 600 | must be a duration from 2s to 24h, such as 90s or 2m30s (the unit is missing)",
        "DOCKER_PULL_TIMEOUT | 10 min | (the unit is unknown)",
        "DOCKER_PULL_TIMEOUT | PT10M | must be a duration from 2s to 24h",
        "DOCKER_PULL_TIMEOUT | 25h | must be a duration from 2s to 24h",
        "DOCKER_PULL_TIMEOUT | 9999999h | must be a duration from 2s to 24h",
        "DOCKER_START_TIMEOUT | 0 | must be a duration from 1s to 1h",
        "DOCKER_STOP_TIMEOUT | -10s | must be a duration from 1s to 1h",
        "DOCKER_HEALTH_CHECK_INTERVAL | 0s | must be a duration from 100ms to 1h",
        "DOCKER_HEALTH_CHECK_TIMEOUT | 1ns | must be a duration from 100ms to 10m",
        "DOCKER_HEALTH_CHECK_RETRIES | 0 | must be a whole number from 1",
        "DOCKER_RECONCILE_TIMEOUT | 2 | must be a duration from 1s to 1h",
        "DOCKER_RECONCILE_INTERVAL | off | must be a duration from 1s to 24h",
        "HTTP_URL | appserver:8080 | must be an http:// or https:// URL",
        "HTTP_URL | ftp://appserver | must be an http:// or https:// URL",
        "HTTP_URL | http:// | must be an http:// or https:// URL",
        "HTTP_URL | http://:8080 | must be an http:// or https:// URL",
        "HTTP_URL | http://appserver:99999 | must be an http:// or https:// URL",
        "HTTP_URL | http://appserver:8080/?a=b | must be an http:// or https:// URL",
        "GRPC_ADDRESS | appserver | must be host:port",
        "GRPC_ADDRESS | http://appserver:9091 | must be host:port",
        "GRPC_ADDRESS | appserver:0 | must be host:port",
      })
  void namesVariableValueAndWhatIsAllowed(String variable, String value, String allowed) {
    var problem = onlyProblem("APPSERVER_" + variable, value);
    assertThat(problem.variable()).isEqualTo("APPSERVER_" + variable);
    assertThat(problem.allowed()).contains(allowed);
    String shown = value.contains("@") ? "\"ssh://(hidden)@proxy\"" : "\"" + value + "\"";
    assertThat(problem.shownValue()).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "guest:hunter2@rabbitmq:5672",
        "http://guest:hunter2@rabbitmq:5672/",
        "amqp:guest:hunter2@rabbitmq",
        "amqp://guest:hunter2@/",
        "amqp://guest:hunter2@rabbit_mq:5672/",
        "amqp://guest:hunter2@rabbitmq:5672/a/b",
        "amqp://guest:hunter2@rabbitmq:0/",
        "amqp://guest:hunter2@rabbitmq:70000/",
        "amqp://guest:hunter2 @rabbitmq/",
        "amqp://guest:hunter2#1@rabbitmq/",
        "amqp://guest:hun:ter2@rabbitmq/",
        "amqp://guest:hunter2%@rabbitmq/",
      })
  void refusesABrokerUrlTheClientWouldMisreadAndHidesIt(String url) {
    var problem = onlyProblem("APPSERVER_RABBITMQ_URL", url);
    assertThat(problem.toString())
        .startsWith("APPSERVER_RABBITMQ_URL is (hidden): must be amqp://user:password@host:port")
        .doesNotContain("hunter2", "hun:ter2");
  }

  @Test
  void neverShowsASecretWhereverItWasPut() {
    var exception =
        problemsWith(
            "APPSERVER_DB_PASSWORD", "hunter2\n",
            "APPSERVER_ORCHESTRATOR_DB_PASSWORD", "hunter2\r",
            "APPSERVER_DOCKER_REGISTRY_PASSWORD", "hunter2\0",
            "APPSERVER_DOCKER_REGISTRY_URL", "https://me:hunter2@registry.example/",
            "APPSERVER_DB_HOST", "me:hunter2@db",
            "APPSERVER_HTTP_URL", "http://me:hunter2@appserver:8080",
            "APPSERVER_GRPC_ADDRESS", "me:hunt@hunter2@appserver:9091",
            "APPSERVER_DOCKER_HOST", "tcp://me:hunter2@proxy:2375",
            "APPSERVER_RABBITMQ_URL", "hunter2");
    assertThat(exception.problems()).hasSize(10); // the user name of the registry is missing too
    assertThat(exception.getMessage()).doesNotContain("hunter2");
    assertThat(exception.problems().toString()).doesNotContain("hunter2");
    for (Throwable cause = exception.getCause(); cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain("hunter2");
    }
  }

  @Test
  void saysAllAtOnceInWordsForTheNight() {
    var exception =
        problemsOf(
            Map.of(
                "APPSERVER_EVENTBUS_ENABLED", "yes",
                "APPSERVER_DB_PORT", "x",
                "APPSERVER_DOCKER_PULL_TIMEOUT", "600"));
    assertThat(exception)
        .hasMessage(
            """
            The orchestrator did not start and changed nothing: 4 settings are wrong.
              - APPSERVER_EVENTBUS_ENABLED is "yes": EventBus must be enabled; \
            set APPSERVER_EVENTBUS_ENABLED=true (only true and false are understood)
              - APPSERVER_DOCKER_ENABLED is not set: Docker orchestration must be enabled; \
            set APPSERVER_DOCKER_ENABLED=true
              - APPSERVER_DB_PORT is "x": must be a whole number from 1 to 65535
              - APPSERVER_DOCKER_PULL_TIMEOUT is "600": must be a duration from 2s to 24h, \
            such as 90s or 2m30s (the unit is missing)
            Correct the environment and start it again.\
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "false", "FALSE", "yes", "1", "on", "truee"})
  void refusesToStartUnlessBothAreEnabled(String word) {
    assertThat(onlyProblem("APPSERVER_EVENTBUS_ENABLED", word).toString())
        .contains("EventBus must be enabled; set APPSERVER_EVENTBUS_ENABLED=true");
    assertThat(onlyProblem("APPSERVER_DOCKER_ENABLED", word).toString())
        .contains("Docker orchestration must be enabled; set APPSERVER_DOCKER_ENABLED=true");
  }

  @Test
  void aUserNameWithoutPasswordOrTheReverseIsAProblem() {
    assertThat(onlyProblem("APPSERVER_DOCKER_REGISTRY_USERNAME", "me"))
        .hasToString(
            "APPSERVER_DOCKER_REGISTRY_PASSWORD is not set: must be set too, as"
                + " APPSERVER_DOCKER_REGISTRY_USERNAME is set");
    assertThat(onlyProblem("APPSERVER_DOCKER_REGISTRY_PASSWORD", "hunter2"))
        .hasToString(
            "APPSERVER_DOCKER_REGISTRY_USERNAME is not set: must be set too, as"
                + " APPSERVER_DOCKER_REGISTRY_PASSWORD is set");
  }

  @Test
  void certificatesMustAllBeThereAndGoWithATcpHost(@TempDir Path folder) throws Exception {
    Files.createFile(folder.resolve("ca.pem"));
    Files.createFile(folder.resolve("cert.pem"));
    var path = "APPSERVER_DOCKER_CERT_PATH";
    assertThat(onlyProblem(path, folder.toString(), "APPSERVER_DOCKER_HOST", "tcp://proxy:2376"))
        .extracting(SettingsProblem::allowed)
        .asString()
        .contains("ca.pem, cert.pem and key.pem");
    Files.createFile(folder.resolve("key.pem"));
    assertThat(onlyProblem(path, folder.toString()).allowed())
        .contains("needs APPSERVER_DOCKER_HOST");
    assertThat(
            onlyProblem(path, folder.toString(), "APPSERVER_DOCKER_HOST", "unix:///run/d.sock")
                .allowed())
        .contains("needs APPSERVER_DOCKER_HOST");
  }

  @Test
  void aLongOrManyLinedValueStaysShortAndOnOneLine() {
    var problem = onlyProblem("APPSERVER_DB_SCHEMA", "a\nb\u001b[31m" + "x".repeat(500));
    assertThat(problem.shownValue())
        .startsWith("\"a\\u000ab\\u001b[31mxxx")
        .endsWith("x…\"")
        .hasSizeLessThan(100);
  }
}

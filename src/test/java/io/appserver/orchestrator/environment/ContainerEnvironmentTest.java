package io.appserver.orchestrator.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.OperatorSets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerEnvironmentTest {

  private static final AppId ID =
      new AppId(UUID.fromString("123e4567-e89b-42d3-a456-426614174000"));
  private static final AppName STATISTICS = new AppName("de.easy-m.statistics");

  private static ContainerEnvironment environment(Map<String, String> variables) {
    return ContainerEnvironment.of(OperatorSets.settings(variables), ID, STATISTICS, 3000);
  }

  private static Map<String, String> revealed(String... namesAndValues) {
    var variables = new TreeMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      variables.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return environment(variables).reveal();
  }

  @Test
  void withoutSettingsAnAppGetsWhatTheGuideLists() {
    assertThat(revealed())
        .containsExactlyInAnyOrderEntriesOf(
            new TreeMap<>(
                Map.ofEntries(
                    Map.entry("APP_ID", "123e4567-e89b-42d3-a456-426614174000"),
                    Map.entry("APP_NAME", "de.easy-m.statistics"),
                    Map.entry("PORT", "3000"),
                    Map.entry(
                        "UPSTREAM_DE_EASY_M_STATISTICS", "http://app-de.easy-m.statistics:3000"),
                    Map.entry("APPSERVER_HTTP_URL", "http://appserver:8080"),
                    Map.entry("APPSERVER_GRPC_ADDRESS", "appserver:9091"),
                    Map.entry("APPSERVER_GRAPHQL_URL", "http://appserver:8080/graphql"),
                    Map.entry("APPSERVER_GRAPHQL_HTTP", "http://appserver:8080/graphql"),
                    Map.entry("NODE_ENV", "production"),
                    Map.entry("DB_HOST", "postgres"),
                    Map.entry("DB_PORT", "5432"),
                    Map.entry("DB_NAME", "partner"),
                    Map.entry("DB_USER", "partner"),
                    Map.entry("DB_SSL_MODE", "disable"),
                    // The switch that must be on for the orchestrator to start is forwarded.
                    Map.entry("APPSERVER_EVENTBUS_ENABLED", "true"))));
  }

  @ParameterizedTest
  @CsvSource({
    "APPSERVER_DB_HOST, DB_HOST, db.internal",
    "APPSERVER_DB_PORT, DB_PORT, 6543",
    "APPSERVER_DB_NAME, DB_NAME, market",
    "APPSERVER_DB_USER, DB_USER, apps",
    "APPSERVER_DB_PASSWORD, DB_PASSWORD, hunter2",
    "APPSERVER_DB_SSLMODE, DB_SSL_MODE, require",
  })
  void theDatabaseArrivesUnderBothNames(String own, String sdk, String value) {
    assertThat(revealed(own, value)).containsEntry(own, value).containsEntry(sdk, value);
  }

  @ParameterizedTest
  @CsvSource({
    "APPSERVER_DB_SCHEMA, appserver",
    "APPSERVER_DB_ANYTHING, x",
    "APPSERVER_REDIS_URL, redis://scoped:6379",
    "APPSERVER_EVENTBUS_EXCHANGE, appserver.events",
    "APPSERVER_HTTP_URL, https://appserver.example",
    "APPSERVER_GRPC_ADDRESS, appserver.example:443",
  })
  void allowedVariablesAreForwarded(String name, String value) {
    assertThat(revealed(name, value)).containsEntry(name, value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POSTGRES_PASSWORD",
        "POSTGRES_USER",
        "REDIS_URL",
        "REDIS_PASSWORD",
        "KRATOS_ADMIN_URL",
        "HYDRA_ADMIN_URL",
        "APPSERVER_DOCKER_NODE_NAME",
        "APPSERVER_DOCKER_SOMETHING",
        "APPSERVER_ORCHESTRATOR_DB_PASSWORD",
        "APPSERVER_INSTALLATION_ID_OF_SOMEONE",
        "APPSERVER_LOG_LEVEL",
        "APPSERVER_HTTP_URL_INTERNAL",
        "APPSERVER_GRPC_ADDRESS_2",
        "APPSERVER_DB",
        "appserver_db_lower",
        "XAPPSERVER_DB_HOST",
        "AWS_SECRET_ACCESS_KEY",
        "DB_EXTRA",
        "UPSTREAM_TODOS",
        "PATH",
        "HOME",
        "HTTP_PROXY",
        "JAVA_TOOL_OPTIONS",
      })
  void whatTheGuideDoesNotListNeverArrives(String name) {
    assertThat(revealed(name, "planted")).doesNotContainKey(name).doesNotContainValue("planted");
  }

  @Test
  void noCredentialOfTheOrchestratorArrives() {
    assertThat(
            revealed(
                "APPSERVER_RABBITMQ_URL", "amqp://me:planted@rabbitmq/",
                "APPSERVER_DOCKER_REGISTRY_USERNAME", "planted",
                "APPSERVER_DOCKER_REGISTRY_PASSWORD", "planted"))
        .isEqualTo(revealed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "APP_ID",
        "APP_NAME",
        "PORT",
        "UPSTREAM_DE_EASY_M_STATISTICS",
        "APPSERVER_GRAPHQL_URL",
        "APPSERVER_GRAPHQL_HTTP",
        "DB_HOST",
        "DB_PASSWORD"
      })
  void whatIsMadeForTheAppCannotBeSetFromOutside(String name) {
    assertThat(revealed(name, "planted")).isEqualTo(revealed());
  }

  @ParameterizedTest
  @CsvSource({
    "http://appserver:8080, http://appserver:8080/graphql",
    "http://appserver:8080/, http://appserver:8080/graphql",
    "https://platform.example/base//, https://platform.example/base/graphql",
  })
  void graphqlFollowsTheHttpUrlWithOneSlash(String url, String graphql) {
    assertThat(revealed("APPSERVER_HTTP_URL", url))
        .containsEntry("APPSERVER_HTTP_URL", url)
        .containsEntry("APPSERVER_GRAPHQL_URL", graphql)
        .containsEntry("APPSERVER_GRAPHQL_HTTP", graphql);
  }

  @Test
  void blankIsNotForwarded() {
    assertThat(revealed("APPSERVER_REDIS_URL", " ", "APPSERVER_DB_PASSWORD", ""))
        .doesNotContainKeys("APPSERVER_REDIS_URL", "APPSERVER_DB_PASSWORD", "DB_PASSWORD");
  }

  @Test
  void valuesArriveToTheLetter() {
    assertThat(revealed("APPSERVER_REDIS_OPTIONS", " a\nb=${c}\" "))
        .containsEntry("APPSERVER_REDIS_OPTIONS", " a\nb=${c}\" ");
  }

  @Test
  void nodeEnvIsTheOperators() {
    assertThat(revealed("NODE_ENV", "development")).containsEntry("NODE_ENV", "development");
  }

  @Test
  void upstreamFollowsPrefixNameAndPort() {
    var settings =
        OperatorSets.settings(Map.of("APPSERVER_DOCKER_CONTAINER_PREFIX", "staging-app-"));
    assertThat(ContainerEnvironment.of(settings, ID, new AppName("todo_2"), 8080).reveal())
        .containsEntry("UPSTREAM_TODO_2", "http://staging-app-todo_2:8080")
        .containsEntry("PORT", "8080");
  }

  @Test
  void showsNamesAndNoValues() {
    var environment = environment(Map.of("APPSERVER_DB_PASSWORD", "hunter2"));
    assertThat(environment.names()).contains("DB_PASSWORD", "APP_ID").isSorted();
    assertThat(environment.toString()).contains("DB_PASSWORD").doesNotContain("hunter2");
  }
}

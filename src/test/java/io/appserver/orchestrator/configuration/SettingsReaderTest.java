package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.OperatorSets.settings;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {

  private static final String UUID = "123e4567-e89b-42d3-a456-426614174000";

  /** Variable, default, a value an operator sets, what it is read as. */
  private static Stream<Arguments> variables() {
    return Stream.of(
        row(
            "RABBITMQ_URL",
            s -> s.broker().url().reveal(),
            "amqp://guest:guest@rabbitmq:5672/",
            "amqps://me:p%2Fw@broker.example:5671/v%2Fhost?heartbeat=5"),
        row("EVENTBUS_QUEUE_TYPE", s -> s.broker().queueType(), "quorum", "classic"),
        row("DB_HOST", s -> s.database().host(), "postgres", "db_1.internal"),
        row("DB_PORT", s -> s.database().port(), 5432, "6543", 6543),
        row("DB_NAME", s -> s.database().name(), "partner", "market place"),
        row("DB_USER", s -> s.database().user(), "partner", "me@host"),
        row("DB_PASSWORD", s -> s.database().password().reveal(), "", " ${not.an} ex$$pression\\ "),
        row("DB_SSLMODE", s -> s.database().sslMode(), "disable", "verify-full"),
        row("DB_SCHEMA", s -> s.database().schema(), "appserver", "app_server2"),
        row(
            "DOCKER_SOCKET_PATH",
            s -> s.engine().host(),
            "unix:///var/run/docker.sock",
            "/run/user/1000/docker.sock",
            "unix:///run/user/1000/docker.sock"),
        row(
            "DOCKER_HOST",
            s -> s.engine().host(),
            "unix:///var/run/docker.sock",
            "tcp://docker_proxy:2375"),
        row(
            "DOCKER_NODE_NAME",
            s -> s.engine().nodeName(),
            Optional.empty(),
            "host-1.example",
            Optional.of("host-1.example")),
        row(
            "INSTALLATION_ID",
            s -> s.engine().installationId(),
            Optional.empty(),
            "123E4567-E89B-42D3-A456-426614174000",
            Optional.of(UUID)),
        row(
            "DOCKER_REGISTRY_URL",
            s -> s.registry().url(),
            "registry.eacore6.de",
            "registry.example:5000"),
        row(
            "DOCKER_NETWORK_NAME",
            s -> s.containers().networkName(),
            "appserver-network",
            "other_net.1"),
        row("DOCKER_CONTAINER_PREFIX", s -> s.containers().namePrefix(), "app-", "staging-app-"),
        row("DOCKER_ADOPT_EXISTING", s -> s.containers().adoptExisting(), false, "TRUE", true),
        row("DOCKER_DEFAULT_CPU_SHARES", s -> s.containers().cpuShares(), 1024, "2", 2),
        row("DOCKER_DEFAULT_MEMORY_MB", s -> s.containers().memoryMb(), 512L, "6", 6L),
        row("DOCKER_PIDS_LIMIT", s -> s.containers().pidsLimit(), 512L, "1", 1L),
        row(
            "DOCKER_DEFAULT_IMAGE_STAGE",
            s -> s.containers().imageStage(),
            "latest",
            "pre-release"),
        row("DOCKER_MAX_RESTARTS", s -> s.containers().maxRestarts(), 3, "0", 0),
        row(
            "DOCKER_MAX_CONCURRENT_DEPLOYMENTS",
            s -> s.containers().maxConcurrentDeployments(),
            4,
            "64",
            64),
        row(
            "DOCKER_PULL_TIMEOUT",
            s -> s.timeouts().pull(),
            Duration.ofMinutes(10),
            "1h30m",
            Duration.ofMinutes(90)),
        row(
            "DOCKER_START_TIMEOUT",
            s -> s.timeouts().start(),
            Duration.ofMinutes(2),
            "1.5m",
            Duration.ofSeconds(90)),
        row(
            "DOCKER_STOP_TIMEOUT",
            s -> s.timeouts().stop(),
            Duration.ofSeconds(10),
            "1s",
            Duration.ofSeconds(1)),
        row(
            "DOCKER_HEALTH_CHECK_INTERVAL",
            s -> s.healthChecks().interval(),
            Duration.ofSeconds(30),
            "500ms",
            Duration.ofMillis(500)),
        row(
            "DOCKER_HEALTH_CHECK_TIMEOUT",
            s -> s.healthChecks().timeout(),
            Duration.ofSeconds(5),
            "2s",
            Duration.ofSeconds(2)),
        row("DOCKER_HEALTH_CHECK_RETRIES", s -> s.healthChecks().retries(), 3, "1", 1),
        row(
            "DOCKER_RECONCILE_TIMEOUT",
            s -> s.reconciliation().timeout(),
            Duration.ofMinutes(2),
            "2m0s",
            Duration.ofMinutes(2)),
        row(
            "DOCKER_RECONCILE_INTERVAL",
            s -> s.reconciliation().interval(),
            Duration.ofMinutes(5),
            "1m",
            Duration.ofMinutes(1)),
        row("DOCKER_ORPHAN_DRY_RUN", s -> s.reconciliation().orphanDryRun(), false, "TRUE", true),
        row(
            "HISTORY_RETENTION",
            s -> s.reconciliation().retention(),
            Duration.ofDays(90),
            "30d",
            Duration.ofDays(30)),
        row(
            "HTTP_URL",
            s -> s.apps().httpUrl(),
            "http://appserver:8080",
            "https://app_server.example/base"),
        row("GRPC_ADDRESS", s -> s.apps().grpcAddress(), "appserver:9091", "[fd00::1]:443"));
  }

  private static Arguments row(
      String variable, Function<Settings, Object> component, Object initial, String set) {
    return row(variable, component, initial, set, set);
  }

  private static Arguments row(
      String variable,
      Function<Settings, Object> component,
      Object initial,
      String set,
      Object read) {
    return Arguments.of("APPSERVER_" + variable, component, initial, set, read);
  }

  @ParameterizedTest(name = "{0}: {2}, or {3}")
  @MethodSource("variables")
  void everyVariableHasItsDefaultAndReachesItsComponent(
      String variable,
      Function<Settings, Object> component,
      Object initial,
      String set,
      Object read) {
    assertThat(component.apply(settings(Map.of()))).isEqualTo(initial);
    assertThat(component.apply(settings(variable, ""))).isEqualTo(initial);
    assertThat(component.apply(settings(variable, " \t "))).isEqualTo(initial);
    assertThat(component.apply(settings(variable, set))).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", "True", " true "})
  void trueMayBeWrittenInAnyCase(String word) {
    var settings =
        settings(Map.of("APPSERVER_EVENTBUS_ENABLED", word, "APPSERVER_DOCKER_ENABLED", word));
    assertThat(settings.eventbusEnabled()).isTrue();
    assertThat(settings.dockerEnabled()).isTrue();
  }

  @Test
  void nodeEnvHasNoPrefix() {
    assertThat(settings(Map.of()).apps().nodeEnv()).isEqualTo("production");
    assertThat(settings("NODE_ENV", "development").apps().nodeEnv()).isEqualTo("development");
  }

  @Test
  void theHostWinsOverTheSocket() {
    var settings =
        settings(
            Map.of(
                "APPSERVER_DOCKER_SOCKET_PATH", "/run/a.sock",
                "APPSERVER_DOCKER_HOST", "tcp://proxy:2375"));
    assertThat(settings.engine().host()).isEqualTo("tcp://proxy:2375");
  }

  @Test
  void certificatesOfATcpHostAreTaken(@TempDir Path folder) throws Exception {
    for (String file : new String[] {"ca.pem", "cert.pem", "key.pem"}) {
      Files.createFile(folder.resolve(file));
    }
    var settings =
        settings(
            Map.of(
                "APPSERVER_DOCKER_HOST",
                "tcp://proxy:2376",
                "APPSERVER_DOCKER_CERT_PATH",
                folder.toString()));
    assertThat(settings.engine().certPath()).contains(folder.toString());
  }

  @Test
  void credentialsOfTheRegistryComeTogether() {
    var registry =
        settings(
                Map.of(
                    "APPSERVER_DOCKER_REGISTRY_USERNAME", "robot$orchestrator",
                    "APPSERVER_DOCKER_REGISTRY_PASSWORD", "secret"))
            .registry();
    assertThat(registry.username()).contains("robot$orchestrator");
    assertThat(registry.password().reveal()).isEqualTo("secret");
    assertThat(settings(Map.of()).registry())
        .isEqualTo(new Settings.Registry("registry.eacore6.de", Optional.empty(), new Secret("")));
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example, registry.example",
    "https://registry.example/, registry.example",
    "http://registry.example:5000, registry.example:5000",
    "localhost, localhost",
    "registry:443, registry:443",
    "127.0.0.1:5000/, 127.0.0.1:5000",
    "[::1]:5000, [::1]:5000",
  })
  void aRegistryMayBeWrittenAsAnAddress(String written, String read) {
    assertThat(settings("APPSERVER_DOCKER_REGISTRY_URL", written).registry().url()).isEqualTo(read);
  }

  @Test
  void nobodyMayLogInUnlessSomebodyIsSet() {
    assertThat(settings(Map.of()).access()).isEqualTo(Settings.Access.CLOSED);
    assertThat(settings(Map.of()).access().isOpen()).isFalse();
  }

  @Test
  void accountsAreANameAndAPasswordToTheLetter() {
    var access =
        settings(
                Map.of(
                    "APPSERVER_ADMIN_USER", " olga ",
                    "APPSERVER_ADMIN_PASSWORD", " ${not.an} ex$$pression: wörd ",
                    "APPSERVER_VIEWER_USER", "Olga",
                    "APPSERVER_VIEWER_PASSWORD", "look"))
            .access();
    assertThat(access.operator())
        .contains(new Settings.Account("olga", new Secret(" ${not.an} ex$$pression: wörd ")));
    assertThat(access.viewer()).contains(new Settings.Account("Olga", new Secret("look")));
    assertThat(access.isOpen()).isTrue();
    assertThat(access.toString()).doesNotContain("look", "wörd");
  }

  @Test
  void aViewerMayBeTheOnlyOne() {
    var access =
        settings(Map.of("APPSERVER_VIEWER_USER", "victor", "APPSERVER_VIEWER_PASSWORD", "look"))
            .access();
    assertThat(access.operator()).isEmpty();
    assertThat(access.isOpen()).isTrue();
  }

  @Test
  void anIssuerOfTokensComesWithDefaults() {
    var access =
        settings(
                Map.of(
                    "MP_JWT_VERIFY_ISSUER", "https://issuer.example/realms/a",
                    "MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://issuer.example/certs?policy=a"))
            .access();
    assertThat(access.isOpen()).isTrue();
    assertThat(access.tokenIssuer())
        .contains(
            new Settings.TokenIssuer(
                "https://issuer.example/realms/a",
                new IssuerKeys.Fetched(URI.create("https://issuer.example/certs?policy=a")),
                "RS256",
                List.of(),
                Duration.ofSeconds(60),
                Optional.empty()));
  }

  @Test
  void whichTokensAreTakenCanBeSet() {
    var issuer =
        settings(
                Map.of(
                    "MP_JWT_VERIFY_ISSUER", "issuer",
                    "MP_JWT_VERIFY_PUBLICKEY_LOCATION", "http://issuer_1:8080/certs",
                    "MP_JWT_VERIFY_PUBLICKEY_ALGORITHM", "ES256",
                    "MP_JWT_VERIFY_AUDIENCES", " orchestrator, console ,",
                    "MP_JWT_VERIFY_CLOCK_SKEW", "0",
                    "MP_JWT_VERIFY_TOKEN_AGE", "3600"))
            .access()
            .tokenIssuer()
            .orElseThrow();
    assertThat(issuer.algorithm()).isEqualTo("ES256");
    assertThat(issuer.audiences()).containsExactly("orchestrator", "console");
    assertThat(issuer.clockSkew()).isZero();
    assertThat(issuer.mostAge()).contains(Duration.ofHours(1));
  }

  @Test
  void theWholeEnvironmentIsKeptForForwardingAndHidden() {
    var settings = settings("AWS_SECRET_ACCESS_KEY", "hush");
    assertThat(settings.apps().environment())
        .containsEntry("AWS_SECRET_ACCESS_KEY", new Secret("hush"));
    assertThat(settings.toString()).doesNotContain("hush").doesNotContain("guest");
  }

  @Test
  void theOwnLoginDoesNotChangeWhatAppsAreTold() {
    assertThat(settings("APPSERVER_ORCHESTRATOR_DB_USER", "orchestrator").database().user())
        .isEqualTo("partner");
  }

  @Test
  void knowsNoOtherVariables() {
    var rows = variables().map(row -> (String) row.get()[0]);
    var others =
        Stream.of(
            "APPSERVER_EVENTBUS_ENABLED",
            "APPSERVER_DOCKER_ENABLED",
            "APPSERVER_DOCKER_CERT_PATH",
            "APPSERVER_DOCKER_REGISTRY_USERNAME",
            "APPSERVER_DOCKER_REGISTRY_PASSWORD",
            "APPSERVER_ORCHESTRATOR_DB_HOST",
            "APPSERVER_ORCHESTRATOR_DB_PORT",
            "APPSERVER_ORCHESTRATOR_DB_NAME",
            "APPSERVER_ORCHESTRATOR_DB_USER",
            "APPSERVER_ORCHESTRATOR_DB_PASSWORD",
            "APPSERVER_ORCHESTRATOR_DB_SSLMODE",
            "APPSERVER_ADMIN_USER",
            "APPSERVER_ADMIN_PASSWORD",
            "APPSERVER_VIEWER_USER",
            "APPSERVER_VIEWER_PASSWORD",
            "MP_JWT_VERIFY_ISSUER",
            "MP_JWT_VERIFY_PUBLICKEY",
            "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
            "MP_JWT_VERIFY_PUBLICKEY_ALGORITHM",
            "MP_JWT_VERIFY_AUDIENCES",
            "MP_JWT_VERIFY_CLOCK_SKEW",
            "MP_JWT_VERIFY_TOKEN_AGE",
            "NODE_ENV");
    assertThat(Variables.names())
        .containsExactlyInAnyOrderElementsOf(Stream.concat(rows, others).toList());
  }
}

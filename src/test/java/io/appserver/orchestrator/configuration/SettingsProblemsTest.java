package io.appserver.orchestrator.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.appserver.orchestrator.testing.Issuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
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
        "DOCKER_PULL_TIMEOUT | 600 | must be a duration from 2s to 24h, such as 90s or 2m30s (the"
            + " unit is missing)",
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
        "HISTORY_RETENTION | 0d | must be a duration from 1h to 87600h",
        "HISTORY_RETENTION | 1.5d | must be a duration from 1h to 87600h",
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

  @ParameterizedTest
  @ValueSource(strings = {"ADMIN", "VIEWER"})
  void anAccountIsANameAndAPassword(String role) {
    String user = "APPSERVER_%s_USER".formatted(role);
    String password = "APPSERVER_%s_PASSWORD".formatted(role);
    assertThat(onlyProblem(user, "me"))
        .hasToString("%s is not set: must be set too, as %s is set".formatted(password, user));
    assertThat(onlyProblem(password, "hunter2"))
        .hasToString("%s is not set: must be set too, as %s is set".formatted(user, password));
    assertThat(onlyProblem(user, "me", password, " ").variable()).isEqualTo(password);
  }

  @Test
  void accountsHaveDifferentNames() {
    assertThat(
            onlyProblem(
                "APPSERVER_ADMIN_USER", "me",
                "APPSERVER_ADMIN_PASSWORD", "hunter2",
                "APPSERVER_VIEWER_USER", "me",
                "APPSERVER_VIEWER_PASSWORD", "hunter3"))
        .hasToString(
            "APPSERVER_VIEWER_USER is \"me\": must be another name than APPSERVER_ADMIN_USER");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ADMIN", "VIEWER"})
  void whatCannotBeTypedAtALoginIsRefused(String role) {
    String user = "APPSERVER_%s_USER".formatted(role);
    String password = "APPSERVER_%s_PASSWORD".formatted(role);
    assertThat(onlyProblem(user, "me", password, "hunter2\n").toString())
        .startsWith(password + " is (hidden): must not contain line breaks")
        .doesNotContain("hunter2");
    assertThat(onlyProblem(user, "m\te", password, "hunter2").toString())
        .startsWith(user + " is \"m\\u0009e\": must be a user name");
    assertThat(onlyProblem(user, "me:too", password, "hunter2").variable()).isEqualTo(user);
  }

  @Test
  void anIssuerNeedsAKeyAndOnlyOne() {
    assertThat(onlyProblem("MP_JWT_VERIFY_ISSUER", "https://issuer.example"))
        .hasToString(
            "MP_JWT_VERIFY_PUBLICKEY_LOCATION is not set: must be set too, or"
                + " MP_JWT_VERIFY_PUBLICKEY, as MP_JWT_VERIFY_ISSUER is set: where the issuer's"
                + " public keys are");
    var location = "MP_JWT_VERIFY_PUBLICKEY_LOCATION";
    assertThat(onlyProblem(location, "https://issuer.example/certs"))
        .hasToString(
            "MP_JWT_VERIFY_ISSUER is not set: must be set too, as " + location + " is set");
    assertThat(
            onlyProblem(
                "MP_JWT_VERIFY_ISSUER",
                "https://issuer.example",
                location,
                "https://issuer.example/certs",
                "MP_JWT_VERIFY_PUBLICKEY",
                Issuer.rsaKey("a").toJson()))
        .hasToString(
            "MP_JWT_VERIFY_PUBLICKEY is (hidden): must not be set beside "
                + location
                + "; remove one");
  }

  private static SettingsProblem problemWithKey(String variable, String value) {
    return onlyProblem("MP_JWT_VERIFY_ISSUER", "https://issuer.example", variable, value);
  }

  @Test
  void aKeyMustBeAPublicOneAndIsNotShown() throws Exception {
    PublicJsonWebKey key = Issuer.rsaKey("a");
    String privateKey = key.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE);
    String secret = "{\"kty\":\"oct\",\"k\":\"aHVudGVyMmh1bnRlcjI\"}";
    String shortKey = RsaJwkGenerator.generateJwk(1024).toJson();
    for (String wrong :
        List.of(
            "hunter2",
            "{\"keys\":[]}",
            "{\"keys\":\"hunter2\"}",
            "{",
            secret,
            "hunter+hunter/==")) {
      assertThat(problemWithKey("MP_JWT_VERIFY_PUBLICKEY", wrong).toString())
          .startsWith("MP_JWT_VERIFY_PUBLICKEY is (hidden): must be a public key, RSA or")
          .doesNotContain(wrong, "hunter2");
    }
    assertThat(problemWithKey("MP_JWT_VERIFY_PUBLICKEY", privateKey).toString())
        .startsWith("MP_JWT_VERIFY_PUBLICKEY is (hidden): must be the public key alone");
    assertThat(problemWithKey("MP_JWT_VERIFY_PUBLICKEY", shortKey).allowed())
        .isEqualTo("must be a key of at least 2048 bits");
  }

  @Test
  void theAlgorithmMustGoWithTheKey() {
    assertThat(
            onlyProblem(
                "MP_JWT_VERIFY_ISSUER",
                "https://issuer.example",
                "MP_JWT_VERIFY_PUBLICKEY",
                Issuer.rsaKey("a").toJson(),
                "MP_JWT_VERIFY_PUBLICKEY_ALGORITHM",
                "ES256"))
        .hasToString(
            "MP_JWT_VERIFY_PUBLICKEY_ALGORITHM is \"ES256\": must be RS256 to go with the key");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "keys.pem",
        "/nonexistent/keys.pem",
        "/tmp",
        "file:keys.pem",
        "ftp://issuer.example/certs",
        "classpath:keys.pem",
        "http://",
        "https://issuer.example:99999/certs",
        "https://issuer.example/certs#first",
      })
  void keysMustBeWhereTheyCanBeRead(String location) {
    assertThat(problemWithKey("MP_JWT_VERIFY_PUBLICKEY_LOCATION", location).toString())
        .startsWith("MP_JWT_VERIFY_PUBLICKEY_LOCATION is \"%s\": must be ".formatted(location));
  }

  @Test
  void whatIsInAFileOfKeysMustBeOne(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("key.pem"), "hunter2");
    assertThat(problemWithKey("MP_JWT_VERIFY_PUBLICKEY_LOCATION", file.toString()).allowed())
        .startsWith("must be a public key, RSA or");
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "ISSUER | an issuer | must be a name or URL, without spaces",
        "PUBLICKEY_ALGORITHM | HS256 | must be one of RS256, ES256",
        "PUBLICKEY_ALGORITHM | none | must be one of RS256, ES256",
        "CLOCK_SKEW | -1 | must be a whole number from 0 to 86400",
        "CLOCK_SKEW | 60s | must be a whole number from 0 to 86400",
        "TOKEN_AGE | 0 | must be a whole number from 1 to 31536000",
      })
  void whatIsSetOfTokensIsChecked(String variable, String value, String allowed) {
    var variables =
        new TreeMap<>(
            Map.of(
                "MP_JWT_VERIFY_ISSUER", "https://issuer.example",
                "MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://issuer.example/certs"));
    variables.put("MP_JWT_VERIFY_" + variable, value);
    var exception = problemsOf(OperatorSets.withRequired(variables));
    assertThat(exception.problems())
        .extracting(SettingsProblem::toString)
        .containsExactly("MP_JWT_VERIFY_%s is \"%s\": %s".formatted(variable, value, allowed));
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

package io.appserver.orchestrator.runtime.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.testing.Workshop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes of images at registries that answer this and that. */
class RegistryManifestsTest {

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(String path, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private OptionalLong size() {
    String registry = "127.0.0.1:" + server.getAddress().getPort();
    Settings all = Workshop.settings(Duration.ofSeconds(2));
    var settings =
        new Settings(
            all.eventbusEnabled(),
            all.dockerEnabled(),
            all.broker(),
            all.database(),
            all.engine(),
            new Settings.Registry(registry, all.registry().username(), all.registry().password()),
            all.containers(),
            all.timeouts(),
            all.healthChecks(),
            all.reconciliation(),
            all.apps(),
            all.access());
    return new RegistryManifests(settings)
        .compressed(new ImageReference(registry, "todos", "latest"));
  }

  @Test
  void sumsUpTheLayers() {
    answer(
        "/v2/todos/manifests/latest",
        """
        {"layers": [{"size": 1000}, {"size": 24}]}
        """);

    assertThat(size()).hasValue(1024);
  }

  @Test
  void followsAListToTheImageOfThisPlatform() {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    answer(
        "/v2/todos/manifests/latest",
        """
        {"manifests": [7, {"digest": "sha256:no"},
          {"digest": "sha256:aa", "platform": {"architecture": "%s"}}]}
        """
            .formatted(machine)
            .replace("7, ", ""));
    answer(
        "/v2/todos/manifests/sha256:aa",
        """
        {"layers": [{"size": 5}]}
        """);

    assertThat(size()).hasValue(5);
  }

  @Test
  void aListThatLeadsBackToItselfIsNotFollowedForEver() {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    String list =
        """
        {"manifests": [{"digest": "sha256:%s", "platform": {"architecture": "%s"}}]}
        """;
    answer("/v2/todos/manifests/latest", list.formatted("aa", machine));
    answer("/v2/todos/manifests/sha256:aa", list.formatted("bb", machine));
    answer("/v2/todos/manifests/sha256:bb", list.formatted("aa", machine));

    assertThat(size()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "\"words\"",
        "{",
        "<html>503</html>",
        "{}",
        "{\"layers\": null}",
        "{\"layers\": {}}",
        "{\"layers\": [null]}",
        "{\"layers\": [[]]}",
        "{\"layers\": [{}]}",
        "{\"layers\": [{\"size\": null}]}",
        "{\"layers\": [{\"size\": \"12\"}]}",
        "{\"layers\": [{\"size\": -1}]}",
        "{\"layers\": [{\"size\": 1.5}]}",
        "{\"layers\": [{\"size\": 1e400}]}",
        "{\"layers\": [{\"size\": 9223372036854775000}, {\"size\": 9223372036854775000}]}",
        "{\"manifests\": null}",
        "{\"manifests\": [7]}",
        "{\"manifests\": [{\"platform\": 7}]}",
        "{\"manifests\": [{\"platform\": {\"architecture\": 7}}]}",
        "{\"manifests\": [{\"platform\": {\"architecture\": \"amd64\"}}]}",
        "{\"manifests\": [{\"platform\": {\"architecture\": \"amd64\"}, \"digest\": 7}]}",
        "{\"manifests\": [{\"platform\": {\"architecture\": \"amd64\"}, \"digest\": \"%%%\"}]}"
      })
  void ofAnOddManifestTheSizeIsUnknown(String manifest) {
    answer("/v2/todos/manifests/latest", manifest);

    assertThat(size()).isEmpty();
  }

  @Test
  void ofAManifestThatIsNestedForEverTheSizeIsUnknown() {
    answer("/v2/todos/manifests/latest", "[".repeat(1_000_000));

    assertThat(size()).isEmpty();
  }

  @Test
  void ofAManifestThatIsTooLargeTheSizeIsUnknown() {
    answer(
        "/v2/todos/manifests/latest",
        "{\"layers\": [{\"size\": 5}], \"more\": \"%s\"}".formatted("x".repeat(5_000_000)));

    assertThat(size()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"token\": null}", "{\"token\": 7}", "[]"})
  void withoutATokenNothingIsKnown(String answer) {
    assertThat(OddJson.read(answer).flatMap(RegistryManifests::token)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"token\": \"t\"}",
        "{\"access_token\": \"t\"}",
        "{\"token\": null, \"access_token\": \"t\"}"
      })
  void aTokenHasOneOfTwoNames(String answer) {
    assertThat(OddJson.read(answer).flatMap(RegistryManifests::token)).hasValue("t");
  }
}

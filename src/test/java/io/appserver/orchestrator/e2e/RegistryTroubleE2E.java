package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.testing.Relay;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A registry that refuses, or is not there. */
class RegistryTroubleE2E {

  /** Three tries with 10 and 20 s between them, and a busy machine. */
  private static final Duration THREE_TRIES = Duration.ofSeconds(75);

  @Test
  void wrongRegistryPassword() {
    try (var platform =
        Platform.start(
            "denied", Map.of("APPSERVER_DOCKER_REGISTRY_PASSWORD", "not-the-password"))) {
      App app = platform.app("todos", "web");
      platform.appServer().install(app);

      platform.awaitState(app, "failed", THREE_TRIES);
      platform.awaitEventsSettled(app, 1, Duration.ofSeconds(10));
      assertThat(platform.database().history(app))
          .filteredOn(entry -> "registry_denied".equals(entry.code()))
          .hasSize(3);
      assertThat(platform.database().intakes(app).getFirst().outcome()).isEqualTo("dead_lettered");
      assertThat(platform.engine().exists(app.container())).isFalse();
      assertThat(platform.server().console()).noneMatch(line -> line.contains("not-the-password"));
    }
  }

  @Test
  void registryDownAndBack() {
    var registry = Services.fromEnvironment().registry();
    try (var relay = new Relay(registry.getHost(), registry.getPort());
        var platform =
            Platform.start(
                "away", Map.of("APPSERVER_DOCKER_REGISTRY_URL", "127.0.0.1:" + relay.port()))) {
      App app = platform.app("todos", "web");
      platform.appServer().install(app);
      platform.await(
          app,
          "waits for the registry",
          () ->
              assertThat(platform.database().deployment(app))
                  .hasValueSatisfying(row -> {
                    assertThat(row.state()).isEqualTo("pending");
                    assertThat(row.reasonCode()).isEqualTo("registry_unreachable");
                    assertThat(row.nextLookAt()).isNotNull();
                  }));
      assertThat(platform.database().intakes(app).getFirst().outcome()).isEqualTo("open");
      assertThat(platform.engine().exists(app.container())).isFalse();

      relay.open();
      platform.awaitState(app, "healthy", Duration.ofSeconds(60));
      platform.awaitEventsSettled(app, 1, Duration.ofSeconds(10));
      assertThat(platform.database().intakes(app).getFirst().outcome()).isEqualTo("done");
    }
  }
}

package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.Patience;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A registry that refuses. */
class RegistryTroubleE2E {

  @Test
  void wrongRegistryPassword() {
    try (var platform =
        Platform.start(
            "denied", Map.of("APPSERVER_DOCKER_REGISTRY_PASSWORD", "not-the-password"))) {
      App app = platform.app("todos", "web");
      platform.appServer().install(app);

      platform.awaitState(app, "failed", Patience.TRIES);
      platform.awaitEventsSettled(app, 1);
      assertThat(platform.database().history(app))
          .filteredOn(entry -> "registry_denied".equals(entry.code()))
          .hasSize(3);
      assertThat(platform.database().intakes(app).getFirst().outcome()).isEqualTo("dead_lettered");
      assertThat(platform.engine().exists(app.container())).isFalse();
      assertThat(platform.server().console()).noneMatch(line -> line.contains("not-the-password"));
    }
  }
}

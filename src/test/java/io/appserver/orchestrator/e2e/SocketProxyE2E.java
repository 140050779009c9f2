package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EverythingOn;
import io.appserver.orchestrator.e2e.support.Platform;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The whole main job through a proxy that allows the endpoints of {@code docs/docker-endpoints.md}
 * and nothing else.
 */
@EverythingOn.Used
class SocketProxyE2E {

  @Test
  void mainJobPassesThroughAProxyThatAllowsTheDocumentedEndpointsAlone(EverythingOn everything)
      throws Exception {
    Platform platform = everything.platform();
    assertThat(everything.engine().denies("GET", "/secrets")).isTrue();
    App web = platform.app("web", "web");
    platform.appServer().set(web, Map.of("docker.volume.path", "/data"));
    App checked = platform.app("checked", "healthcheck");
    App crash = platform.app("crash", "crash");
    App stubborn = platform.app("stubborn", "stubborn");
    platform.appServer().install(web, checked, crash, stubborn);
    for (App app : List.of(web, checked, stubborn)) {
      platform.awaitState(app, "healthy");
    }
    platform.await(
        crash,
        "has its evidence",
        () ->
            assertThat(platform.database().history(crash))
                .anyMatch(entry -> "exited".equals(entry.code())));

    platform.appServer().set(web, Map.of("docker.memory.mb", "64"));
    platform.appServer().publishInstalled(web);
    platform.await(
        web,
        "is updated",
        () -> {
          assertThat(platform.database().deployment(web).orElseThrow().generation()).isEqualTo(2);
          assertThat(platform.database().state(web)).isEqualTo("healthy");
        });
    platform.appServer().uninstall(web, checked, crash, stubborn);
    for (App app : List.of(web, checked, crash, stubborn)) {
      platform.awaitState(app, "stopped");
      assertThat(platform.engine().exists(app.container())).isFalse();
    }
  }
}

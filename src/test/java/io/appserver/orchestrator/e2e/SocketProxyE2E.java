package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.e2e.support.SocketProxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The whole main job through a proxy that allows the endpoints of {@code docs/docker-endpoints.md}
 * and nothing else.
 */
@ResourceLock(EndToEnd.OTHER_SERVER)
class SocketProxyE2E {

  @Test
  void mainJobPassesThroughAProxyThatAllowsTheDocumentedEndpointsAlone() throws Exception {
    try (var proxy = SocketProxy.start(Services.fromEnvironment().engineSocket());
        var platform =
            Platform.start(
                "proxy", Map.of("APPSERVER_DOCKER_HOST", "tcp://127.0.0.1:" + proxy.port()))) {
      assertThat(proxy.denies("GET", "/secrets")).isTrue();
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
}

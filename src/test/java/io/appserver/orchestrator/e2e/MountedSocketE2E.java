package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.OrchestratorServer.Exit;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.testing.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The engine's socket, mounted as a file as into a container, while the engine makes its own anew:
 * the file that is mounted is then another one than that at which the engine listens.
 */
@ResourceLock(EndToEnd.OTHER_SERVER)
class MountedSocketE2E {

  @TempDir private Path host;
  @TempDir private Path container;
  private Path atHost;
  private Path mounted;
  private Process engine;

  @BeforeEach
  void mount() throws IOException {
    atHost = host.resolve("docker.sock");
    mounted = container.resolve("docker.sock");
    Files.createFile(mounted);
    listen();
    Command.run("mount", "--bind", atHost.toString(), mounted.toString());
  }

  @AfterEach
  void unmount() {
    Command.run("umount", mounted.toString());
    engine.destroy();
  }

  /** Makes a new socket, behind which is the real engine. */
  private void listen() throws IOException {
    Path configuration =
        Files.writeString(
            host.resolve("haproxy.cfg"),
            """
            defaults
              mode tcp
              timeout connect 5s
              timeout client 10m
              timeout server 10m
            listen engine
              bind unix@%s
              server engine unix@%s
            """
                .formatted(atHost, Services.fromEnvironment().engineSocket()));
    engine =
        new ProcessBuilder("haproxy", "-f", configuration.toString(), "-db")
            .redirectErrorStream(true)
            .redirectOutput(host.resolve("log").toFile())
            .start();
    await("the socket is there").until(() -> Files.exists(atHost));
  }

  @Test
  void whoCanNeverReachTheEngineAgainEndsAndANewStartCan() throws Exception {
    try (var platform =
        Platform.start("mounted", Map.of("APPSERVER_DOCKER_SOCKET_PATH", mounted.toString()))) {
      App web = platform.healthyApp("web");
      String before = platform.database().deployment(web).orElseThrow().containerId();
      engine.destroy();
      engine.waitFor();
      Files.deleteIfExists(atHost);
      listen();

      Exit exit = platform.server().awaitEnd();
      assertThat(exit.code()).isEqualTo(1);
      assertThat(Files.readString(platform.server().consoleFile()))
          .contains("The orchestrator ends:", "A new start of the container mounts the new one");

      Command.run("umount", mounted.toString());
      Command.run("mount", "--bind", atHost.toString(), mounted.toString());
      platform.server().start();
      platform.awaitState(web, "healthy");
      assertThat(platform.database().deployment(web).orElseThrow().containerId())
          .as("no app is touched")
          .isEqualTo(before);
    }
  }
}

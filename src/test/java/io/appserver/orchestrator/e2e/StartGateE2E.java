package io.appserver.orchestrator.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Broker;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.OrchestratorServer;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.testing.Patience;
import io.appserver.orchestrator.testing.Relay;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What must be right ends the process at once; what may still come is waited for. */
@ResourceLock(EndToEnd.OTHER_SERVER)
class StartGateE2E {

  private static final Duration START = Patience.SERVER;

  @Test
  void nothingEnabledAndAWrongValueAreAllNamedAtOnce() {
    List<String> last =
        lastWordsOfRefusal(
            Map.of(
                "APPSERVER_EVENTBUS_ENABLED", "false",
                "APPSERVER_DOCKER_ENABLED", "",
                "APPSERVER_DOCKER_PULL_TIMEOUT", "ten minutes"));

    assertThat(last)
        .anyMatch(line -> line.contains("EventBus must be enabled"))
        .anyMatch(line -> line.contains("Docker orchestration must be enabled"))
        .anyMatch(
            line -> line.contains("APPSERVER_DOCKER_PULL_TIMEOUT") && line.contains("ten minutes"));
  }

  @Test
  void anEngineThatCannotBeReachedIsNamedWithTheCure() {
    List<String> last =
        lastWordsOfRefusal(Map.of("APPSERVER_DOCKER_SOCKET_PATH", "/nonexistent/docker.sock"));

    assertThat(last)
        .anyMatch(line ->
            line.contains("Cannot connect to Docker daemon")
                && line.contains("/nonexistent/docker.sock"));
  }

  /** The last lines of a server that ended by itself, with another code than 0. */
  private static List<String> lastWordsOfRefusal(Map<String, String> settings) {
    try (var platform = Platform.prepare("refused", settings)) {
      OrchestratorServer server = platform.server();
      server.launch();
      Awaitility.await("the end of the server").atMost(START).until(() -> !server.isAlive());
      OrchestratorServer.Exit exit = server.awaitEnd();
      assertThat(exit.code()).isNotZero();
      List<String> console = server.console();
      return console.subList(Math.max(0, console.size() - 8), console.size());
    }
  }

  @Test
  void platformTablesAndABrokerThatComeLaterAreWaitedFor() {
    var services = Services.fromEnvironment().broker();
    try (var relay = new Relay(services.getHost(), services.getPort());
        var platform = Platform.prepare("nobroker", Map.of())) {
      var own = platform.broker().url();
      try (var late =
          Platform.prepare(
              "late",
              Map.of(
                  "APPSERVER_RABBITMQ_URL",
                  own.toString().replace(":" + own.getPort() + "/", ":" + relay.port() + "/")))) {
        late.database().update("ALTER TABLE apps RENAME TO not_there_yet");
        OrchestratorServer server = late.server();
        server.launch();
        Awaitility.await("readiness names the table")
            .atMost(START)
            .ignoreExceptions()
            .untilAsserted(() ->
                assertThat(server.get("/health/ready").body())
                    .contains("apps is not there; the platform makes it"));
        assertThat(server.isReady()).isFalse();
        late.database().update("ALTER TABLE not_there_yet RENAME TO apps");
        Awaitility.await("readiness names the broker")
            .untilAsserted(() ->
                assertThat(server.get("/health/ready").body())
                    .doesNotContain("is not there")
                    .contains(
                        "\"name\":\"broker\",\"status\":\"DOWN\"", "127.0.0.1:" + relay.port()));
        assertThat(server.isReady()).isFalse();
        relay.open();
        Awaitility.await("ready").until(server::isReady);
        App app = late.app("todos", "web");
        late.appServer().markInstalled(app);
        platform
            .broker()
            .publish(Broker.EVENTS, "app.installed", app.event().getBytes(UTF_8), Map.of());
        late.awaitState(app, "healthy");
      }
    }
  }
}

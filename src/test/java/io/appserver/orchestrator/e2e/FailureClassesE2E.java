package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.HostConfig;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Broker;
import io.appserver.orchestrator.e2e.support.Engine;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Every way an install can fail for good: the right word for it, the record of why, a dead letter,
 * and nothing left behind. All fail at the same time, since three tries take their time. And what
 * helps: a cause that goes away, and a start anew of what stopped answering.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailureClassesE2E {

  private final Map<String, App> apps = new HashMap<>();
  private Platform platform;
  private Engine engine;
  private ServerSocket takenPort;
  private String foreign;
  private Map<String, String> deadLetters;

  @BeforeAll
  void installAll() throws IOException {
    platform =
        Platform.start(
            "failures",
            Map.of(
                "APPSERVER_DOCKER_START_TIMEOUT", "8s",
                "APPSERVER_DOCKER_HEALTH_CHECK_INTERVAL", "2s"));
    engine = platform.engine();
    takenPort = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[4]));
    apps.put("missing", platform.appServer().register("missing"));
    apps.put("bad-entrypoint", platform.app("bad", "bad-entrypoint"));
    apps.put("crash", platform.app("crash", "crash"));
    apps.put("never-healthy", platform.app("sick", "never-healthy"));
    apps.put("oom", platform.app("oom", "oom"));
    apps.put("port", platform.app("port", "web"));
    apps.put("name", platform.app("name", "web"));
    apps.put("setting", platform.app("setting", "web"));
    platform.appServer().set(apps.get("oom"), Map.of("docker.memory.mb", "32"));
    platform
        .appServer()
        .set(
            apps.get("port"),
            Map.of(
                "docker.publish.port",
                Integer.toString(takenPort.getLocalPort()),
                "docker.volume.path",
                "/data"));
    platform.appServer().set(apps.get("setting"), Map.of("docker.memory.mb", "plenty"));
    App healthy = platform.healthyApp("healthy");
    foreign =
        engine
            .client()
            .createContainerCmd(engine.container(healthy.container()).orElseThrow().getImageId())
            .withName(apps.get("name").container())
            .withHostConfig(HostConfig.newHostConfig())
            .exec()
            .getId();
    platform.appServer().install(apps.values().toArray(App[]::new));
    for (App app : apps.values()) {
      platform.awaitState(app, "failed", Patience.TRIES);
      platform.awaitEventsSettled(app, 1);
    }
    deadLetters = deadLetters();
  }

  @AfterAll
  void end() throws IOException {
    if (foreign != null) {
      engine.remove(foreign);
    }
    if (takenPort != null) {
      takenPort.close();
    }
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void missingImage() {
    assertFailed("missing", "image_not_found", 1);
    assertThat(message("missing")).contains("repository not found", apps.get("missing").name());
  }

  @Test
  void imageWithABadEntrypoint() {
    assertFailed("bad-entrypoint", "image_invalid", 1);
    assertThat(detail("bad-entrypoint", "engine"))
        .hasValueSatisfying(w -> assertThat(w).contains("exec"));
  }

  @Test
  void crashAtStart() {
    assertFailed("crash", "exited", 3);
    assertThat(message("crash")).contains("exit code 3");
    assertThat(detail("crash", "exit_code")).contains("3");
    assertThat(detail("crash", "log")).hasValueSatisfying(log -> assertThat(log).hasLineCount(2));
  }

  @Test
  void neverHealthy() {
    assertFailed("never-healthy", "start_timeout", 3);
    assertThat(detail("never-healthy", "last_probe"))
        .hasValueSatisfying(seen -> assertThat(seen).contains("500"));
  }

  @Test
  void outOfMemory() {
    assertFailed("oom", "out_of_memory", 3);
    assertThat(message("oom")).contains("out of memory", "docker.memory.mb");
    assertThat(detail("oom", "oom_killed")).contains("true");
  }

  @Test
  void portInUse() {
    assertFailed("port", "port_conflict", 3);
    assertThat(message("port")).contains("port already in use");
    assertThat(engine.volume(apps.get("port").volume())).isEmpty();
  }

  @Test
  void foreignContainerWithTheWantedName() {
    App app = apps.get("name");
    assertThat(platform.database().deployment(app).orElseThrow().reasonCode())
        .isEqualTo("name_conflict");
    assertThat(deadLetters).containsEntry(app.name(), "name_conflict");
    assertThat(engine.containersOf(app)).isEmpty();
    assertThat(engine.container(app.container()).orElseThrow().getId()).isEqualTo(foreign);
    assertThat(engine.container(foreign).orElseThrow().getState().getStatus()).isEqualTo("created");
  }

  @Test
  void wrongSetting() {
    assertFailed("setting", "invalid_setting", 1);
    assertThat(message("setting")).contains("docker.memory.mb", "plenty");
  }

  @Test
  void anInstallEventWakesWhatFailedOnceItsCauseIsGone() {
    App app = apps.get("missing");
    platform.registry().push("web", app);
    platform.appServer().publishInstalled(app);

    platform.awaitState(app, "healthy");
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
    // What the other tests look at stays in the history.
  }

  @Test
  void anAppThatStopsAnsweringIsStartedAgainInItsContainer() {
    App app = platform.healthyApp("silent");
    InspectContainerResponse before = engine.container(app.container()).orElseThrow();

    // from here on it answers 503
    engine.client().killContainerCmd(app.container()).withSignal("USR1").exec();
    platform.await(
        app,
        "is started again",
        () ->
            assertThat(platform.database().transitions(app))
                .endsWith(
                    "healthy -> unhealthy (unhealthy)",
                    "unhealthy -> restarting (unhealthy)",
                    "restarting -> starting",
                    "starting -> healthy"));

    InspectContainerResponse after = engine.container(app.container()).orElseThrow();
    assertThat(after.getId()).isEqualTo(before.getId());
    assertThat(after.getState().getStartedAt()).isNotEqualTo(before.getState().getStartedAt());
  }

  private void assertFailed(String key, String code, int attempts) {
    App app = apps.get(key);
    assertThat(failures(key)).as(platform.allKnownOf(app)).hasSize(attempts).containsOnly(code);
    assertThat(deadLetters).containsEntry(app.name(), code);
    if (!key.equals("missing")) { // it is woken by a test
      assertThat(platform.database().state(app)).isEqualTo("failed");
      assertThat(engine.exists(app.container())).as("left behind").isFalse();
      assertThat(engine.containersOf(app)).as("left behind").isEmpty();
    }
  }

  /** What came of each try; one that the engine did not answer in time is none of the app's. */
  private List<String> failures(String key) {
    return platform.database().history(apps.get(key)).stream()
        .map(entry -> entry.code())
        .filter(code -> code != null && !code.equals("runtime_unavailable"))
        .toList();
  }

  private String message(String key) {
    return platform.database().history(apps.get(key)).stream()
        .filter(entry -> entry.code() != null)
        .reduce((first, last) -> last)
        .orElseThrow()
        .message();
  }

  private Optional<String> detail(String key, String name) {
    return platform
        .database()
        .query(
            "SELECT details->>? FROM orchestrator_history WHERE app_name = ? AND code IS NOT NULL ORDER BY id DESC LIMIT 1",
            row -> Optional.ofNullable(row.getString(1)),
            name,
            apps.get(key).name())
        .getFirst();
  }

  /**
   * The reason of each dead letter, by the name of its app; their bodies are as the events were.
   */
  private Map<String, String> deadLetters() {
    var reasons = new HashMap<String, String>();
    var bodies = new ArrayList<String>();
    platform.await(
        apps.get("crash"),
        "has its dead letter",
        () -> {
          for (var letter = take(); letter.isPresent(); letter = take()) {
            String body =
                new String(letter.get().getBody(), java.nio.charset.StandardCharsets.UTF_8);
            bodies.add(body);
            Object reason = letter.get().getProps().getHeaders().get("x-orchestrator-reason");
            apps.values().stream()
                .filter(app -> body.equals(app.event()))
                .forEach(app -> reasons.put(app.name(), String.valueOf(reason)));
          }
          assertThat(reasons).as("of the bodies %s", bodies).hasSize(apps.size());
        });
    return reasons;
  }

  private Optional<com.rabbitmq.client.GetResponse> take() {
    Broker broker = platform.broker();
    return broker.take("orchestrator.dead-letter");
  }
}

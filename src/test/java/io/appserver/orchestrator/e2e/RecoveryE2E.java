package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Engine;
import io.appserver.orchestrator.e2e.support.OrchestratorServer.Exit;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.RegistryDoor.SlowLine;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What was lost is put right, and what runs is left alone. Has a server of its own, to kill it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(EndToEnd.OTHER_SERVER)
class RecoveryE2E {

  private Platform platform;
  private Engine engine;

  @BeforeAll
  void prepare() {
    platform = Platform.prepare("recovery", Map.of());
    engine = platform.engine();
  }

  /** Each test ends with a running server, unless it failed. */
  @BeforeEach
  void startUnlessItRuns() {
    if (!platform.server().isAlive()) {
      platform.server().start();
    }
  }

  @AfterAll
  void end() {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void aHealthyRowWithoutItsContainerFailsAndIsDeployedAnewByAnInstallEvent() {
    App app = platform.healthyApp("todos");
    String before = engine.container(app.container()).orElseThrow().getId();

    platform
        .server()
        .whileHeld(() -> {
          engine.remove(before);
          platform.appServer().install(app);
        });
    platform.await(
        app,
        "has a new container",
        () ->
            assertThat(platform.database().deployment(app))
                .hasValueSatisfying(row -> {
                  assertThat(row.state()).isEqualTo("healthy");
                  assertThat(row.containerId()).isNotNull().isNotEqualTo(before);
                }));

    assertThat(platform.database().transitions(app))
        .containsSubsequence(
            "starting -> healthy",
            "healthy -> failed (container_missing)",
            "failed -> pending",
            "starting -> healthy");
    assertThat(engine.containersOf(app)).hasSize(1);
  }

  @Test
  void theGuidesManualRecoveryWorksWordForWord() {
    App app = platform.healthyApp("todos");
    String missing = engine.container(app.container()).orElseThrow().getId();

    platform
        .server()
        .whileHeld(() -> {
          engine.remove(missing);
          int marked =
              platform
                  .database()
                  .update(
                      """
                      UPDATE %s.deployments SET state = 'failed'
                      WHERE container_id = '%s';\
                      """
                          .formatted(platform.database().schema(), missing));
          assertThat(marked).isEqualTo(1);
        });
    platform.appServer().install(app);

    platform.await(
        app,
        "has a new container",
        () -> {
          assertThat(platform.database().state(app)).isEqualTo("healthy");
          assertThat(engine.container(app.container()).orElseThrow().getId()).isNotEqualTo(missing);
        });
    assertThat(platform.database().deployment(app).orElseThrow().containerId())
        .isEqualTo(engine.container(app.container()).orElseThrow().getId());
  }

  @Test
  void aServerKilledInTheMiddleOfInstallationsFinishesThemAfterItsStart() {
    Instant begun = Instant.now();
    App pulling = platform.app("pulling", "big", "LAYER_MB=1", "SEED=" + platform.installation());
    App starting = platform.app("starting", "slow", "READY_AFTER=3");
    App leaving = platform.app("leaving", "stubborn");
    platform.appServer().install(leaving);
    platform.awaitState(leaving, "healthy");
    SlowLine line = platform.registry().door().slowDown(pulling);
    platform.appServer().install(pulling, starting);
    platform.awaitState(starting, "starting");
    platform.await(pulling, "is being pulled", () -> assertThat(line.begun()).isTrue());
    platform.appServer().uninstall(leaving);
    platform.awaitState(leaving, "stopping");

    platform.server().kill();
    line.speedUp();
    platform.server().start();

    for (App app : List.of(pulling, starting)) {
      platform.awaitState(app, "healthy");
      assertThat(engine.containersOf(app)).hasSize(1);
    }
    platform.awaitState(leaving, "stopped");
    assertThat(engine.containersOf(leaving)).isEmpty();
    assertThat(engine.created(pulling.container(), begun)).isEqualTo(1);
  }

  @Test
  void aRestartUnderAnotherNameOfTheNodePutsRightWhatHappenedMeanwhileAndTouchesNothingElse() {
    App first = platform.healthyApp("first");
    App second = platform.healthyApp("second");
    App lost = platform.healthyApp("lost");
    App stopped = platform.healthyApp("stopped");
    App removed = platform.healthyApp("removed");
    App unheard = platform.app("unheard", "web");
    String stoppedContainer = engine.container(stopped.container()).orElseThrow().getId();
    List<String> before = List.of(lifeOf(first), lifeOf(second));

    Exit exit = platform.server().stop();
    assertThat(exit.code()).as("exit code").isIn(0, 143);
    assertThat(List.of(lifeOf(first), lifeOf(second))).isEqualTo(before);
    engine.remove(lost.container());
    engine.client().stopContainerCmd(stoppedContainer).withTimeout(2).exec();
    platform.appServer().markUninstalled(removed);
    platform.appServer().markInstalled(unheard);
    platform.server().nameNode("renamed");
    platform.server().start();

    platform.awaitState(unheard, "healthy");
    platform.awaitState(removed, "stopped");
    assertThat(engine.containersOf(removed)).isEmpty();
    platform.await(lost, "runs again", () -> assertThat(isHealthyAndRuns(lost)).isTrue());
    platform.await(stopped, "runs again", () -> assertThat(isHealthyAndRuns(stopped)).isTrue());
    assertThat(engine.container(stopped.container()).orElseThrow().getId())
        .isEqualTo(stoppedContainer);
    App next = platform.healthyApp("next");
    assertThat(platform.database().state(next)).isEqualTo("healthy");
    assertThat(List.of(lifeOf(first), lifeOf(second))).isEqualTo(before);
    assertThat(platform.database().state(first)).isEqualTo("healthy");
    assertThat(
            platform
                .database()
                .query(
                    "SELECT DISTINCT node FROM deployments WHERE state <> 'stopped'",
                    row -> row.getString(1)))
        .containsExactly("renamed");
  }

  private boolean isHealthyAndRuns(App app) {
    return platform.database().state(app).equals("healthy")
        && engine
            .container(app.container())
            .map(InspectContainerResponse::getState)
            .map(InspectContainerResponse.ContainerState::getRunning)
            .orElse(false);
  }

  /** Changes if the container is restarted or replaced. */
  private String lifeOf(App app) {
    InspectContainerResponse container = engine.container(app.container()).orElseThrow();
    return container.getId() + " since " + container.getState().getStartedAt();
  }
}

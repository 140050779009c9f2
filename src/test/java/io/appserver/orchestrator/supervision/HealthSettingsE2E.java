package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.testing.FakeApp;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** How an app is asked whether it is well can be changed while it runs, waits or has failed. */
@Order(1)
class HealthSettingsE2E extends InWatchedWorkshop {

  private void set(UUID app, String key, String value) {
    database.execute("DELETE FROM settings WHERE app_id = '%s' AND key = '%s'".formatted(app, key));
    shop.setting(app, key, value);
  }

  @Test
  void anAppThatFailedForItsHealthCheckIsTriedAnewWithAnother() {
    watching();
    UUID todos = shop.app("todos", "registered");
    shop.engine.offer("registry.test/todos:latest", FakeApp.of(FakeApp.Manner.MUTE));
    set(todos, "docker.health.mode", "docker"); // and its image has no HEALTHCHECK
    shop.install("todos");
    shop.awaitState("todos", "failed");
    shop.awaitRest();
    set(todos, "docker.health.mode", "none");

    eventually("healthy", () -> assertThat(shop.state("todos")).isEqualTo("healthy"));
    assertThat(shop.reason("todos")).isEqualTo("null");
  }

  @Test
  void anAppThatWaitsForItsNextTryIsTriedAtOnceWithAnotherCheck() {
    watching();
    UUID todos = shop.app("todos", "registered");
    shop.engine.offer("registry.test/todos:latest", FakeApp.of(FakeApp.Manner.MUTE));
    shop.install("todos");
    eventually("failed once", () -> assertThat(shop.reason("todos")).isEqualTo("start_timeout"));
    database.execute("UPDATE deployments SET next_look_at = now() + interval '55 seconds'");
    set(todos, "docker.health.mode", "none");

    eventually("healthy", () -> assertThat(shop.state("todos")).isEqualTo("healthy"));
  }

  @Test
  void anAppThatRunsIsAskedTheNewWayAndNotTouched() {
    UUID todos = shop.healthyApp("todos");
    Supervision supervision = watching();
    eventually("is watched", () -> assertThat(supervision.watched()).isEqualTo(1));
    List<String> before = shop.engine.calls();
    set(todos, "docker.health.path", "/other");

    eventually(
        "asked",
        () ->
            assertThat(shop.engine.lastCheck("app-todos"))
                .contains(new HealthCheck.Http(3000, "/other")));
    set(todos, "docker.health.mode", "tcp");
    eventually(
        "asked",
        () -> assertThat(shop.engine.lastCheck("app-todos")).contains(new HealthCheck.Tcp(3000)));
    set(todos, "docker.health.mode", "none");
    eventually(
        "noted",
        () ->
            assertThat(
                    database.rows(
                        "SELECT 1 FROM orchestrator_history WHERE message = 'its health settings changed'"))
                .hasSize(3));
    shop.engine.sicken("todos");
    shop.awaitRest();
    assertThat(shop.engine.calls()).isEqualTo(before);
    assertThat(supervision.watched()).isEqualTo(1);
  }

  @Test
  void aCheckThatCannotBeIsToldAndTheAppRunsOnAsItWasWatched() {
    UUID todos = shop.healthyApp("todos");
    Supervision supervision = watching();
    eventually("is watched", () -> assertThat(supervision.watched()).isEqualTo(1));
    List<String> before = shop.engine.calls();
    set(todos, "docker.health.mode", "docker");

    eventually("told", () -> assertThat(shop.reason("todos")).isEqualTo("invalid_setting"));
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(supervision.watched()).isEqualTo(1);
    set(todos, "docker.health.mode", "auto");
    eventually("over", () -> assertThat(shop.reason("todos")).isEqualTo("null"));
    assertThat(shop.engine.calls()).isEqualTo(before);
  }

  /** An engine may answer for all containers but one. */
  @Test
  void whileTheEngineHangsAtOneContainerTheOthersAreSeenTo() {
    UUID todos = shop.healthyApp("todos");
    shop.healthyApp("other");
    Supervision supervision = watching();
    eventually("are watched", () -> assertThat(supervision.watched()).isEqualTo(2));
    shop.awaitRest();
    var gate = new CountDownLatch(1);
    shop.engine.holdCalls("inspect", "app-todos", gate);
    set(todos, "docker.health.path", "/other");
    eventually(
        "hangs", () -> assertThat(shop.engine.heldCalls()).containsExactly("inspect app-todos"));

    shop.engine.exit(containerOf("other"), 1);
    eventually("noticed", () -> assertThat(column("other", "restarts")).isEqualTo("1"));
    shop.awaitState("other", "healthy");
    eventually("is watched again", () -> assertThat(supervision.watched()).isEqualTo(2));
    assertThat(shop.engine.heldCalls()).as("all the time").containsExactly("inspect app-todos");

    gate.countDown();
    eventually(
        "asked the new way",
        () ->
            assertThat(shop.engine.lastCheck("app-todos"))
                .contains(new HealthCheck.Http(3000, "/other")));
    assertThat(column("todos", "restarts")).isEqualTo("0");
  }
}

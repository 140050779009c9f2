package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.failure.FailureCode;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/** Tests of an app that runs and is watched, and whose update does not work. */
abstract class InUpdateWorkshop extends InWatchedWorkshop {

  static final AppName TODOS = new AppName("todos");
  static final String IMAGE = "registry.test/todos:latest";

  UUID todos;
  Supervision supervision;

  /** The one that runs before any update. */
  ContainerId container;

  @BeforeEach
  final void runsAndIsWatched() {
    todos = shop.healthyApp("todos");
    supervision = watching();
    container = containerOf("todos");
  }

  final void reasonBecomes(String code) {
    eventually(code, () -> assertThat(shop.reason("todos")).isEqualTo(code));
    shop.awaitRest();
  }

  final long pulls() {
    return shop.engine.calls().stream().filter(call -> call.startsWith("pull ")).count();
  }

  /** A setting that the app did not have; it is looked at at once, as after a sweep. */
  final void setting(String key, String value) {
    shop.setting(todos, key, value);
    shop.signal("todos", Cause.PLATFORM_CHANGED);
  }

  /** The next try of its update that fails is followed by minutes. */
  final void triedOften(FailureCode code) {
    shop.engine.failPull(IMAGE, code);
    database.execute(
        "UPDATE deployments SET version = version + 1, update_attempts = 9, update_code = '%s'"
            .formatted(code.code()));
  }

  final void canBePulled(Cause cause) {
    shop.engine.failPull(IMAGE, null);
    shop.signal("todos", cause);
  }

  final void isReplaced() {
    eventually(
        "anew",
        () ->
            assertThat(
                    database.rows(
                        "SELECT state FROM deployments WHERE container_id <> '%s'"
                            .formatted(container)))
                .containsExactly("healthy"));
  }

  final void endsAndIsStartedAgain() {
    shop.engine.exit(container, 3);
    eventually("counted", () -> assertThat(column("todos", "restarts")).isEqualTo("1"));
    shop.awaitState("todos", "healthy");
    assertThat(containerOf("todos")).isEqualTo(container);
  }

  /** In the container that runs. */
  final void isRestartedByAnOperator() {
    shop.operations.restart(TODOS, "ann");
    eventually("begun again", () -> assertThat(starts()).isEqualTo(2));
    shop.awaitState("todos", "healthy");
    assertThat(containerOf("todos")).isEqualTo(container);
  }

  final void memory(String megabytes) {
    database.execute(
        "UPDATE settings SET value = '%s' WHERE key = 'docker.memory.mb'".formatted(megabytes));
  }
}

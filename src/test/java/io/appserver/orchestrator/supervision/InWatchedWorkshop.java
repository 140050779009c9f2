package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.testing.InWorkshop;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;

/** Tests of apps that are watched, on a real database with a fake engine. */
abstract class InWatchedWorkshop extends InWorkshop {

  static final Duration INTERVAL = Duration.ofMillis(200);

  static void eventually(String what, ThrowingRunnable assertion) {
    await(what).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
  }

  final Supervision watching() {
    Supervision supervision = shop.supervise(INTERVAL);
    eventually("watches", () -> assertThat(supervision.lastReport()).isPresent());
    return supervision;
  }

  final ContainerId containerOf(String app) {
    return new ContainerId(column(app, "container_id"));
  }

  final String column(String app, String column) {
    return database
        .rows("SELECT %s FROM deployments WHERE app_name = '%s'".formatted(column, app))
        .getFirst();
  }

  /** How often a container was started. */
  final long starts() {
    return shop.engine.calls().stream().filter(call -> call.startsWith("start")).count();
  }
}

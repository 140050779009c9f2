package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.convergence.signal.Cause;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Two apps run while somebody changes the platform's tables: {@code todos} with settings, of which
 * one says where its data are, and {@code plain} without.
 */
abstract class InTablesWorkshop extends InWatchedWorkshop {

  UUID todos = new UUID(0, 0);

  /** What was asked of the engine before the tables were changed. */
  List<String> before = List.of();

  @BeforeEach
  final void twoAppsRun() {
    todos = shop.app("todos", "installed");
    shop.setting(todos, "docker.volume.path", "/data");
    shop.setting(todos, "docker.memory.mb", "64");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.healthyApp("plain");
    tablesAreSeen();
  }

  /** As a comparison does that finds them so. */
  final void tablesAreSeen() {
    shop.catalog.takeNote();
    before = shop.engine.calls();
  }

  @AfterEach
  final void tablesAreBack() {
    shop.close();
    database.execute(
        """
        DROP TABLE IF EXISTS apps CASCADE; DROP TABLE IF EXISTS settings CASCADE; DROP TABLE IF EXISTS dependencies CASCADE;
        DROP TABLE IF EXISTS away CASCADE;
        CREATE TABLE apps (id uuid PRIMARY KEY, name text NOT NULL, state text NOT NULL);
        CREATE TABLE settings (app_id uuid NOT NULL, key text NOT NULL, value text, PRIMARY KEY (app_id, key));
        CREATE TABLE dependencies (app_id uuid NOT NULL, depends_on_app_id uuid NOT NULL, kind text NOT NULL);
        """);
  }

  final Supervision watchingBoth() {
    Supervision supervision = watching();
    eventually("both are watched", () -> assertThat(supervision.watched()).isEqualTo(2));
    return supervision;
  }

  final void lookAt(String... apps) {
    for (String app : apps) {
      shop.signal(app, Cause.INSTALLED);
    }
    shop.awaitRest();
  }

  final String reasonOf(String app) {
    return String.join(
        ",",
        database.rows(
            "SELECT reason_code, reason_message FROM deployments WHERE app_name = '%s'"
                .formatted(app)));
  }

  final void assertWaits(String app, String words) {
    eventually(
        app + " waits",
        () -> assertThat(reasonOf(app)).startsWith("platform_schema").contains(words));
  }

  /** Nothing was asked of the engine that changes anything. */
  final void assertNothingWasDone() {
    assertThat(shop.engine.calls()).isEqualTo(before);
  }
}

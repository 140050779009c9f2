package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import io.appserver.orchestrator.supervision.reconcile.SnapshotReader;
import io.appserver.orchestrator.testing.InWorkshop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What somebody writes into the rows of apps that run is put right, and the apps run on. */
class ByHandE2E extends InWorkshop {

  private static final List<String> PUT_RIGHT =
      List.of(
          "app_name = 'other'",
          "app_name = ''",
          "spec_hash = 'nonsense'",
          "previous_container_id = 'nonsense', previous_spec_hash = 'nonsense'",
          "state = 'nonsense'",
          "state = ''",
          "last_written_state = 'nonsense'");

  private static final List<String> BORNE =
      List.of(
          "state = 'failed'",
          "next_look_at = 'infinity'",
          "next_look_at = '-infinity'",
          "next_look_at = now() + interval '1 year'",
          "reason_code = 'nonsense', reason_message = 'nonsense'",
          "reason_code = 'platform_schema'",
          "health_status = 'nonsense'",
          "attempts = -5, attempt_code = 'nonsense'",
          "attempts = 2147483647",
          "restarts = -5",
          "started_at = 'infinity', healthy_since = 'infinity'",
          "started_at = NULL, healthy_since = NULL",
          "image_id = NULL, image_reference = NULL, image_digest = NULL",
          "image_id = 'nonsense', image_reference = 'nonsense'",
          "health_hash = 'nonsense'",
          "rejected_spec_hash = 'nonsense'",
          "tried_spec_hash = 'nonsense', update_due_at = 'infinity'",
          "tried_spec_hash = spec_hash, update_code = 'nonsense', update_attempts = -3, update_due_at = clock_timestamp() + interval '7 days'",
          "wanted_generation = 1000",
          "generation = -1",
          "proven = false",
          "container_id = NULL",
          "container_id = 'nonsense'",
          "node = NULL",
          "id = gen_random_uuid()",
          "volume = 'nonsense'",
          "restart_owed = true",
          "restarted_run = 'infinity'",
          "created_at = 'infinity', updated_at = '-infinity'",
          "created_at = '-infinity', updated_at = 'infinity'");

  private final Map<String, UUID> apps = new TreeMap<>();

  private static void eventually(String what, org.awaitility.core.ThrowingRunnable assertion) {
    await(what).pollInterval(Duration.ofMillis(200)).untilAsserted(assertion);
  }

  /** An app for each change, healthy and watched. */
  private Supervision running(int count) {
    apps.clear();
    for (int i = 0; i < count; i++) {
      String name = "app%02d".formatted(i);
      UUID id = shop.app(name, "installed");
      apps.put(name, id);
      shop.setting(id, "docker.memory.mb", "64");
      shop.install(name);
    }
    apps.keySet().forEach(name -> shop.awaitState(name, "healthy"));
    Supervision supervision = shop.supervise(Duration.ofSeconds(1));
    eventually("watched", () -> assertThat(supervision.watched()).isEqualTo(count));
    return supervision;
  }

  private void change(List<String> changes) {
    int app = 0;
    for (UUID id : apps.values()) {
      database.execute(
          "UPDATE deployments SET version = version + 1, %s WHERE app_id = '%s'"
              .formatted(changes.get(app++), id));
    }
  }

  private void assertAllRunAsTheyShould() {
    assertThat(
            database.rows(
                """
                SELECT app_name, state, reason_code FROM deployments
                WHERE state <> 'healthy' OR reason_code IS NOT NULL OR state IS DISTINCT FROM last_written_state
                  OR restarts NOT BETWEEN 0 AND 3 OR wanted_generation > greatest(generation, 0) OR previous_container_id IS NOT NULL
                """))
        .isEmpty();
    assertThat(database.rows("SELECT app_name FROM deployments ORDER BY 1"))
        .containsExactlyElementsOf(apps.keySet());
    assertThat(shop.engine.standing())
        .containsExactlyInAnyOrderElementsOf(
            apps.keySet().stream().map(name -> "app-%s RUNNING".formatted(name)).toList());
    assertThat(
            new SnapshotReader(
                    shop.engine,
                    shop.catalog,
                    shop.deployments,
                    shop.requests,
                    database.transactions())
                .plan(new Identity("test", "node", UUID.randomUUID()))
                .steps())
        .extracting(PlannedAction::action)
        .containsOnly(Action.KEEP);
  }

  @Test
  void aRowThatIsChangedIsPutRightAndTheContainerStays() {
    running(PUT_RIGHT.size());
    List<String> before = shop.engine.calls();
    change(PUT_RIGHT);
    apps.keySet().forEach(app -> shop.signal(app, Cause.INSTALLED));

    eventually("put right", this::assertAllRunAsTheyShould);
    assertThat(shop.engine.calls()).isEqualTo(before);
  }

  @Test
  void whateverIsWrittenTheAppRunsAfterItsNextEnd() {
    running(BORNE.size());
    change(BORNE);
    apps.keySet().forEach(app -> shop.signal(app, Cause.INSTALLED));
    shop.awaitRest();
    database
        .rows("SELECT container_id FROM deployments WHERE state = 'healthy'")
        .forEach(id -> shop.engine.exit(new ContainerId(id), 3));

    eventually("runs", this::assertAllRunAsTheyShould);
  }

  /** The rows alone do not tell; the engine's list does. */
  @Test
  void anAppThatIsWrittenToAnotherNodeStaysWhereItRuns() {
    Supervision supervision = running(1);
    List<String> before = shop.engine.calls();
    change(List.of("node = 'another'"));
    supervision.reconcile(Cause.INTERVAL);

    eventually(
        "belongs here",
        () -> assertThat(database.rows("SELECT node FROM deployments")).containsExactly("node"));
    eventually("runs", this::assertAllRunAsTheyShould);
    assertThat(shop.engine.calls()).isEqualTo(before);
  }

  @Test
  void rowsThatAreDeletedAreWrittenAnew() {
    running(1);
    database.execute("DELETE FROM deployments");

    eventually("runs", this::assertAllRunAsTheyShould);
  }

  @Test
  void rowsOfAnHourAgoAreBroughtUpToDate() {
    running(1);
    database.execute(
        "CREATE TABLE before AS SELECT * FROM deployments; CREATE TABLE work_before AS SELECT * FROM orchestrator_work");
    try {
      shop.signal("app00", Cause.REDEPLOY);
      eventually(
          "made anew",
          () ->
              assertThat(database.rows("SELECT generation, state FROM deployments"))
                  .containsExactly("2 healthy"));
      shop.awaitRest();
      database.execute(
          """
          BEGIN; DELETE FROM deployments; INSERT INTO deployments SELECT * FROM before;
          DELETE FROM orchestrator_work; INSERT INTO orchestrator_work SELECT * FROM work_before; COMMIT
          """);

      eventually("runs", this::assertAllRunAsTheyShould);
    } finally {
      database.execute("DROP TABLE before; DROP TABLE work_before");
    }
  }

  @Test
  void aTableThatIsAwayIsWaitedFor() {
    running(1);
    List<String> before = shop.engine.calls();
    database.execute(
        "ALTER TABLE deployments RENAME TO deployments_away; UPDATE orchestrator_work SET signal_seq = signal_seq + 1");
    try {
      eventually(
          "was tried",
          () ->
              assertThat(database.rows("SELECT 1 FROM orchestrator_work WHERE fence > 1"))
                  .isNotEmpty());
    } finally {
      database.execute("ALTER TABLE deployments_away RENAME TO deployments");
    }
    eventually("runs", this::assertAllRunAsTheyShould);
    assertThat(shop.engine.calls()).isEqualTo(before);
  }
}

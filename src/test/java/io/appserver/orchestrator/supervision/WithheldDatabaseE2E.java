package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A database that answers, and does not let itself be written to, or locks a table as a whole, as a
 * restore or a VACUUM FULL does.
 */
class WithheldDatabaseE2E extends InWatchedWorkshop {

  private static final String FRESH = "registry.test/fresh:latest";

  private List<String> before = List.of();

  @BeforeEach
  void twoAppsRun() {
    shop.healthyApp("runs");
    shop.healthyApp("ended");
    before = shop.engine.calls();
  }

  @AfterEach
  void letGo() {
    database.beginSessionsWith("");
  }

  private void assertAllRun() {
    for (String app : List.of("fresh", "ended", "runs")) {
      shop.awaitState(app, "healthy");
    }
    eventually(
        "all run, each in one container",
        () ->
            assertThat(shop.engine.standing())
                .containsExactlyInAnyOrder(
                    "app-runs RUNNING", "app-ended RUNNING", "app-fresh RUNNING"));
    shop.awaitRest();
    assertThat(since()).noneMatch(call -> call.contains("app-runs"));
    assertThat(since()).filteredOn(call -> call.startsWith("create")).hasSize(1);
  }

  /** What was asked of the engine since all was well. */
  private List<String> since() {
    return shop.engine.calls().stream().skip(before.size()).toList();
  }

  @Test
  void whileNothingCanBeWrittenNothingIsDoneAndThenItGoesOn() {
    Supervision supervision = watching();
    shop.app("fresh", "registered");
    var gate = new CountDownLatch(1);
    shop.engine.holdPull(FRESH, gate);
    shop.install("fresh");
    eventually("is being pulled", () -> assertThat(shop.engine.holdsPull(FRESH)).isTrue());
    List<String> asked = shop.engine.calls();
    database.beginSessionsWith("-c default_transaction_read_only=on");
    shop.engine.exit(containerOf("ended"), 3);
    eventually(
        "its lease has run out",
        () ->
            assertThat(
                    database.rows(
                        "SELECT 1 FROM orchestrator_work WHERE app_name = 'fresh' AND lease_expires < clock_timestamp()"))
                .isNotEmpty());
    gate.countDown();
    eventually("nobody works", () -> assertThat(shop.convergence.busy()).isZero());
    eventually("nobody watches", () -> assertThat(supervision.isWatching()).isFalse());
    assertThat(shop.engine.calls()).isEqualTo(asked);
    database.beginSessionsWith("");

    assertAllRun();
  }

  @ParameterizedTest
  @ValueSource(strings = {"apps", "settings", "dependencies", "deployments"})
  void aTableThatIsLockedAsAWholeIsToldAndWaitedFor(String table) throws SQLException {
    Supervision supervision = watching();
    shop.app("fresh", "installed");
    try (Connection psql = database.dataSource().getConnection();
        Statement statement = psql.createStatement()) {
      psql.setAutoCommit(false);
      statement.execute("LOCK TABLE %s IN ACCESS EXCLUSIVE MODE".formatted(table));
      database.beginSessionsWith("-c lock_timeout=200ms");
      var ended = shop.engine.ids().getLast();
      shop.engine.exit(ended, 3);
      shop.convergence.signalHere(new AppName("fresh"), Cause.INSTALLED);
      shop.convergence.signalHere(new AppName("runs"), Cause.INSTALLED);
      eventually("told", () -> assertThat(supervision.trouble()).contains("lock timeout"));
      eventually(
          "fresh was tried twice",
          () ->
              assertThat(
                      database.rows(
                          "SELECT 1 FROM orchestrator_work WHERE app_name = 'fresh' AND fence > 1"))
                  .isNotEmpty());
      assertThat(since()).noneMatch(call -> call.startsWith("create"));
      psql.rollback();
    }
    assertAllRun();
    eventually("over", () -> assertThat(supervision.trouble()).isEmpty());
    assertThat(shop.reason("fresh")).isEqualTo("null");
  }
}

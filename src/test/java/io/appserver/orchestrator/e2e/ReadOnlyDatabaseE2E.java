package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Database;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A database that answers and does not let itself be written to, or whose tables somebody has
 * locked as a whole: both for the orchestrator alone, which has a login of its own.
 */
@ResourceLock(EndToEnd.OTHER_SERVER)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadOnlyDatabaseE2E {

  private final String login = "read_only_" + ProcessHandle.current().pid();
  private Platform platform;

  private static String environment(String name) {
    return Objects.requireNonNull(System.getenv(name), name + " is not set");
  }

  private static void asSuperuser(String sql) throws SQLException {
    try (HikariDataSource superuser =
            TestDatabase.login(
                environment("ORCHESTRATOR_TEST_DB_SUPERUSER"),
                environment("ORCHESTRATOR_TEST_DB_SUPERUSER_PASSWORD"),
                "");
        Connection connection = superuser.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** What it makes belongs to the login that it shares with the platform. */
  @BeforeAll
  void start() throws SQLException {
    asSuperuser(
        "CREATE ROLE %1$s LOGIN PASSWORD 'unused' IN ROLE %2$s; ALTER ROLE %1$s SET role = '%2$s'"
            .formatted(login, environment("APPSERVER_DB_USER")));
    platform =
        Platform.start(
            "read_only",
            Map.of(
                "APPSERVER_ORCHESTRATOR_DB_USER",
                login,
                "APPSERVER_ORCHESTRATOR_DB_PASSWORD",
                "unused"));
  }

  @AfterAll
  void end() throws SQLException {
    if (platform != null) {
      platform.close();
    }
    asSuperuser("DROP ROLE IF EXISTS " + login);
  }

  private void awaitTold(String words) {
    await("readiness tells of it")
        .untilAsserted(
            () -> assertThat(platform.server().get("/health/ready").body()).contains(words));
  }

  private void assertGoesOn(App fresh, App ended, App runs, String run) {
    platform.awaitState(fresh, "healthy");
    platform.awaitEventsSettled(fresh, 1);
    assertThat(platform.database().intakes(fresh))
        .singleElement()
        .extracting(Database.Intake::outcome)
        .isEqualTo("done");
    platform.await(
        ended,
        "is started again",
        () -> {
          assertThat(platform.engine().container(ended.container()).orElseThrow().getState())
              .matches(state -> Boolean.TRUE.equals(state.getRunning()));
          assertThat(platform.database().state(ended)).isEqualTo("healthy");
        });
    await("it is ready").until(platform.server()::isReady);
    assertThat(startOf(runs)).isEqualTo(run);
  }

  private String startOf(App app) {
    return platform.engine().container(app.container()).orElseThrow().getState().getStartedAt();
  }

  /** Sessions keep what they began with: only new ones can write again, and nobody ends the old. */
  @Test
  void whatCannotBeWrittenToIsToldAndWaitedForAndNothingIsLost() throws SQLException {
    App runs = platform.healthyApp("runs");
    App ended = platform.healthyApp("ended");
    App fresh = platform.app("fresh", "web");
    String run = startOf(runs);
    String endedContainer = platform.engine().container(ended.container()).orElseThrow().getId();
    asSuperuser("ALTER ROLE %s SET default_transaction_read_only = on".formatted(login));
    try {
      asSuperuser(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s'"
              .formatted(login));
      awaitTold("the database can only be read");
      platform.engine().client().killContainerCmd(ended.container()).exec();
      platform.appServer().install(fresh);
      awaitTold("events wait at the broker");
      assertThat(platform.database().intakes(fresh)).isEmpty();
      assertThat(platform.database().state(fresh)).isEqualTo("none");
    } finally {
      asSuperuser("ALTER ROLE %s RESET default_transaction_read_only".formatted(login));
    }
    assertGoesOn(fresh, ended, runs, run);
    assertThat(platform.engine().container(ended.container()).orElseThrow().getId())
        .isEqualTo(endedContainer);
  }

  /** As a restore or a VACUUM FULL does. */
  @Test
  void tablesThatAreLockedAsAWholeAreToldAndWaitedFor() throws SQLException {
    App runs = platform.healthyApp("runs");
    App ended = platform.healthyApp("ended");
    App fresh = platform.app("fresh", "web");
    platform.appServer().markInstalled(fresh);
    String run = startOf(runs);
    try (Connection psql = platform.database().open();
        Statement statement = psql.createStatement()) {
      psql.setAutoCommit(false);
      statement.execute("LOCK TABLE apps, settings, dependencies IN ACCESS EXCLUSIVE MODE");
      platform.engine().client().killContainerCmd(ended.container()).exec();
      platform.appServer().publishInstalled(fresh);
      awaitTold("lock timeout");
      platform.await(
          ended,
          "says what it waits for",
          () ->
              assertThat(platform.database().deployment(ended))
                  .hasValueSatisfying(
                      row -> assertThat(row.reasonCode()).isEqualTo("platform_schema")));
      assertThat(startOf(runs)).isEqualTo(run);
      psql.rollback();
    }
    assertGoesOn(fresh, ended, runs, run);
  }
}

package io.appserver.orchestrator.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whether Flyway is needed, asked of a database that Flyway has migrated. */
class MigrationsE2E {

  private TestDatabase database;

  @BeforeEach
  void create() {
    database = TestDatabase.create();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private boolean areApplied() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return Migrations.areApplied(connection, database.schema());
    }
  }

  private void change(String what) {
    database.execute(what.formatted(Migrations.HISTORY));
  }

  private Database orchestrators() {
    return new Database(database.dataSource(), database.schema());
  }

  @Test
  void aDatabaseThatIsUpToDateNeedsNoFlyway() throws SQLException {
    assertThat(areApplied()).isTrue();
  }

  @Test
  void aScriptThatWasNotAppliedYetIsApplied() throws SQLException {
    String last = Migrations.SCRIPTS.getLast();
    change("DELETE FROM %s WHERE script = '" + last + "'");
    database.execute("DROP INDEX orchestrator_act_closed");
    assertThat(areApplied()).isFalse();

    orchestrators().migrate();

    assertThat(areApplied()).isTrue();
    assertThat(database.rows("SELECT to_regclass('orchestrator_act_closed')"))
        .containsExactly("orchestrator_act_closed");
  }

  @Test
  void aScriptThatWasChangedSinceIsToldOf() throws SQLException {
    change("UPDATE %s SET checksum = checksum + 1 WHERE version = '3'");

    assertThat(areApplied()).isFalse();
    assertThatExceptionOfType(FlywayException.class)
        .isThrownBy(orchestrators()::migrate)
        .withMessageContaining("checksum mismatch");
  }

  @Test
  void aScriptThatFailedIsToldOf() throws SQLException {
    change("UPDATE %s SET success = false WHERE version = '3'");

    assertThat(areApplied()).isFalse();
    assertThatExceptionOfType(FlywayException.class).isThrownBy(orchestrators()::migrate);
  }

  @Test
  void whatALaterProgramAppliedIsForFlywayToJudge() throws SQLException {
    change(
        """
        INSERT INTO %s (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
        VALUES (1000, '1000', 'later', 'SQL', 'V1000__later.sql', 1, 'x', 1, true)
        """);

    assertThat(areApplied()).isFalse();
    orchestrators().migrate();
  }

  @Test
  void withoutAHistoryThereIsNothingToCompare() {
    change("DROP TABLE %s");

    assertThatExceptionOfType(SQLException.class).isThrownBy(this::areApplied);
  }
}

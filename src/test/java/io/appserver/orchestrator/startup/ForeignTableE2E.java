package io.appserver.orchestrator.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.appserver.orchestrator.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A table {@code deployments} of another role's, and connections that look elsewhere. */
class ForeignTableE2E {

  private final String schema = "foreign_" + ProcessHandle.current().pid();
  private final String owner = schema + "_owner";
  private final List<HikariDataSource> logins = new ArrayList<>();

  private DataSource login(String user, String password, String schema) {
    HikariDataSource login = TestDatabase.login(environment(user), environment(password), schema);
    logins.add(login);
    return login;
  }

  private static String environment(String name) {
    return Objects.requireNonNull(System.getenv(name), name + " is not set");
  }

  private DataSource orchestrator() {
    return login("APPSERVER_DB_USER", "APPSERVER_DB_PASSWORD", schema);
  }

  private void asSuperuser(String sql) throws SQLException {
    try (Connection connection =
            login(
                    "ORCHESTRATOR_TEST_DB_SUPERUSER",
                    "ORCHESTRATOR_TEST_DB_SUPERUSER_PASSWORD",
                    schema)
                .getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @BeforeEach
  void anotherRolesTable() throws SQLException {
    asSuperuser(
        """
        CREATE ROLE %2$s;
        CREATE SCHEMA %1$s AUTHORIZATION %3$s;
        GRANT USAGE, CREATE ON SCHEMA %1$s TO %2$s;
        CREATE TABLE %1$s.deployments (id uuid PRIMARY KEY, app_id uuid NOT NULL UNIQUE, state text NOT NULL,
          container_id text, health_status text NOT NULL DEFAULT 'unknown');
        INSERT INTO %1$s.deployments VALUES (gen_random_uuid(), gen_random_uuid(), 'healthy', 'abc');
        ALTER TABLE %1$s.deployments OWNER TO %2$s;
        """
            .formatted(schema, owner, environment("APPSERVER_DB_USER")));
  }

  @AfterEach
  void gone() throws SQLException {
    asSuperuser("DROP SCHEMA %s CASCADE; DROP ROLE %s".formatted(schema, owner));
    logins.forEach(HikariDataSource::close);
  }

  @Test
  void theStatementToRunIsNamedAndThenItStarts() throws SQLException {
    var database = new Database(orchestrator(), schema);
    String trouble = database.foreignTable();
    assertThat(trouble)
        .contains("belongs to " + owner, "run as " + owner)
        .contains("ALTER TABLE %s.deployments OWNER TO".formatted(schema))
        .contains("ADD COLUMN IF NOT EXISTS app_name text", "GRANT SELECT, INSERT, UPDATE, DELETE");
    asOwner(toStay(trouble));

    assertThat(database.foreignTable()).isEmpty();
    database.migrate();
    assertThat(database.missingMigrations()).isEmpty();
    assertThat(database.damage()).isEmpty();
    database.migrate(); // as at each start
    try (Connection connection = orchestrator().getConnection();
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "UPDATE deployments SET restarts = 1 WHERE container_id = 'abc' RETURNING tableoid = '%s.deployments'::regclass"
                    .formatted(schema))) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBoolean(1)).isTrue();
    }
  }

  private static String toStay(String trouble) {
    return trouble.substring(trouble.indexOf("ALTER TABLE", trouble.indexOf("or, if")));
  }

  private void asOwner(String sql) throws SQLException {
    asSuperuser("SET ROLE %s; %s; RESET ROLE".formatted(owner, sql));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT", "INSERT", "UPDATE", "DELETE"})
  void aRightThatSomebodyRevokedIsNamedWithItsCure(String right) throws SQLException {
    var database = new Database(orchestrator(), schema);
    asOwner(toStay(database.foreignTable()));
    database.migrate();
    asOwner(
        "REVOKE %s ON %s.deployments FROM %s"
            .formatted(right, schema, environment("APPSERVER_DB_USER")));

    String damage = database.damage();
    assertThat(damage).contains("may not use the table", "run as " + owner);
    asOwner(damage.substring(damage.indexOf("GRANT")));
    assertThat(database.damage()).isEmpty();
  }

  @Test
  void handedOverItIsMigratedAsOurs() throws SQLException {
    var database = new Database(orchestrator(), schema);
    asSuperuser("ALTER TABLE deployments OWNER TO " + environment("APPSERVER_DB_USER"));

    assertThat(database.foreignTable()).isEmpty();
    database.migrate();
    assertThat(database.damage()).isEmpty();
  }

  @Test
  void aConnectionThatLooksElsewhereIsRefusedWithTheCure() throws SQLException {
    var lost = new Database(login("APPSERVER_DB_USER", "APPSERVER_DB_PASSWORD", ""), schema);
    assertThat(lost.trouble())
        .contains("not in " + schema)
        .contains("ALTER ROLE", "SET search_path = " + schema);
    assertThat(new Database(orchestrator(), schema).trouble()).isEmpty();
    asSuperuser("ALTER SCHEMA %s OWNER TO postgres".formatted(schema));
    assertThat(new Database(orchestrator(), schema).trouble()).contains("GRANT USAGE");
  }

  @Test
  void columnsThatSomebodyDroppedAreNamed() {
    try (var tables = TestDatabase.create()) {
      var database = new Database(tables.dataSource(), tables.schema());
      assertThat(database.damage()).isEmpty();
      assertThat(
              tables.rows(
                  "SELECT column_name FROM information_schema.columns WHERE table_schema = '%s' AND table_name = 'deployments'"
                      .formatted(tables.schema())))
          .as("the entity has the columns that the migrations make")
          .containsAll(DeploymentsTable.columns().keySet());
      tables.execute("ALTER TABLE deployments DROP COLUMN restarts");
      assertThat(database.damage()).contains("ADD COLUMN IF NOT EXISTS restarts integer");
      tables.execute("DROP TABLE deployments");
      String damage = database.damage();
      assertThat(damage).contains("restore it from a backup");
      tables.execute(damage.substring(damage.indexOf("CREATE TABLE")));
      assertThat(database.damage()).isEmpty();
    }
  }

  /** Each is done by hand to a table with a row in it, and undone by the statement that is told. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          restarts | ALTER restarts TYPE text                                            | ALTER COLUMN restarts TYPE integer
          updated_at | ALTER updated_at TYPE text                                        | ALTER COLUMN updated_at TYPE timestamptz
          version | ALTER version TYPE text                                              | ALTER COLUMN version TYPE bigint
          proven | ALTER proven DROP DEFAULT, ALTER proven TYPE text                     | ALTER COLUMN proven TYPE boolean
          app_id | ALTER app_id TYPE text                                                | ALTER COLUMN app_id TYPE uuid
          container_id | ALTER container_id TYPE varchar(10) USING left(container_id, 10) | ALTER COLUMN container_id TYPE text
          reason_message | ALTER reason_message TYPE bytea USING NULL                    | ALTER COLUMN reason_message TYPE text
          restarts | RENAME restarts TO restart_count                                    | rename back what was renamed
          """)
  void columnsThatSomebodyChangedAreNamedWithTheCure(String column, String change, String words) {
    try (var tables = TestDatabase.create()) {
      var database = new Database(tables.dataSource(), tables.schema());
      tables.execute(
          "INSERT INTO deployments (id, app_id, state, container_id) VALUES (gen_random_uuid(), gen_random_uuid(), 'healthy', repeat('a', 64))");
      tables.execute("ALTER TABLE deployments " + change);
      String damage = database.damage();
      assertThat(damage).contains(words, column);
      tables.execute(damage.substring(damage.indexOf("ALTER TABLE")));
      assertThat(database.damage()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER container_id TYPE varchar(64)",
        "ALTER state TYPE varchar(20)",
        "ALTER app_name TYPE varchar(255)",
        "ALTER updated_at TYPE timestamp",
        "ALTER restarts TYPE bigint"
      })
  void columnsOfAnotherTypeThatFitsAreLeftAlone(String change) {
    try (var tables = TestDatabase.create()) {
      tables.execute("ALTER TABLE deployments " + change);
      assertThat(new Database(tables.dataSource(), tables.schema()).damage()).isEmpty();
    }
  }

  @Test
  void aDatabaseThatCanOnlyBeReadIsToldOfWithTheCure() {
    try (var tables = TestDatabase.create()) {
      var database = new Database(tables.dataSource(), tables.schema());
      assertThat(database.trouble()).isEmpty();
      tables.beginSessionsWith("-c default_transaction_read_only=on");
      assertThat(database.trouble())
          .contains("can only be read", "RESET default_transaction_read_only");
      tables.beginSessionsWith("");
      assertThat(database.trouble()).isEmpty();
    }
  }
}

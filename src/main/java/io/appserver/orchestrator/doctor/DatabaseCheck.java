package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.Causes;
import io.appserver.orchestrator.startup.Database;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.api.FlywayException;

/** Whether the database answers, and has the orchestrator's tables as this version wants them. */
@Singleton
final class DatabaseCheck implements Check {

  private final Database database;
  private final Settings.Database settings;

  @Inject
  DatabaseCheck(Database database, Settings settings) {
    this.database = database;
    this.settings = settings.database();
  }

  @Override
  public String name() {
    return "database";
  }

  @Override
  public Finding examine() {
    return look().with("schema", settings.schema());
  }

  private Finding look() {
    try {
      var unused = database.now();
    } catch (SQLException e) {
      SQLException told = told(e);
      return unreachable(String.valueOf(told.getSQLState()), String.valueOf(told.getMessage()));
    }
    String trouble = database.trouble();
    if (!trouble.isEmpty()) {
      return Finding.failed(
          "database",
          trouble,
          "Do what it says; if the schema is not there, start AppServer, which makes it, or correct APPSERVER_DB_SCHEMA and APPSERVER_DB_NAME.");
    }
    String damage = database.damage();
    if (!damage.isEmpty()) {
      return Finding.failed(
          "database", damage, "Do what it says. Apps are left as they are until then.");
    }
    try {
      return judge(database.missingMigrations());
    } catch (FlywayException e) {
      return Finding.failed(
          "database",
          "what tables it has cannot be found out: " + e.getMessage(),
          "See that the login may use the schema: `GRANT USAGE, CREATE ON SCHEMA %s TO <user>`."
              .formatted(settings.schema()));
    }
  }

  /** The server wraps what the driver said. */
  private static SQLException told(SQLException e) {
    return Causes.of(e)
        .filter(SQLException.class::isInstance)
        .map(SQLException.class::cast)
        .filter(deeper -> deeper.getSQLState() != null)
        .reduce(e, (outer, inner) -> inner);
  }

  static Finding unreachable(String sqlState, String words) {
    String cure =
        switch (sqlState) {
          case "28P01", "28000" ->
              "Correct APPSERVER_DB_USER and APPSERVER_DB_PASSWORD (or APPSERVER_ORCHESTRATOR_DB_USER and _PASSWORD, which win) and restart; the server's pg_hba.conf must let them in.";
          case "3D000" -> "Correct APPSERVER_DB_NAME, or create the database; AppServer fills it.";
          case "53300" ->
              "The server has no connection left: raise max_connections, or end idle ones. The orchestrator takes up to 17.";
          default ->
              "Start PostgreSQL, and check APPSERVER_DB_HOST, APPSERVER_DB_PORT, APPSERVER_DB_SSLMODE (or APPSERVER_ORCHESTRATOR_DB_*) and the network in between. Events wait at the broker meanwhile, and what runs is left running.";
        };
    return Finding.failed("database", "the database does not answer: " + words, cure)
        .with("sqlstate", sqlState);
  }

  static Finding judge(List<String> missingMigrations) {
    return missingMigrations.isEmpty()
        ? Finding.ok("database", "answers; the orchestrator's tables are up to date")
        : Finding.failed(
            "database",
            "the orchestrator's tables are not up to date: " + String.join(", ", missingMigrations),
            "They are made at the start: restart the orchestrator, and see its log for what prevents it, most often the right to CREATE in the schema.");
  }
}

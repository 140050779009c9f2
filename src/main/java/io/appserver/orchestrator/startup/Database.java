package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.Causes;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The orchestrator's tables, brought up to date, and what they say of this installation and its
 * nodes.
 */
@ApplicationScoped
public class Database {

  private static final String POOLER =
      "let the pooler ignore it (PgBouncer: ignore_startup_parameters = extra_float_digits, search_path) and give it to the login: ALTER ROLE <user> IN DATABASE <database> SET search_path = <schema>";

  private static final String READ_ONLY =
      "the database can only be read: nothing is done, and events wait at the broker; ";

  @SuppressWarnings("NullAway.Init")
  // A shared connection would stay with the thread that used it last.
  @Resource(lookup = "jdbc/orchestrator", shareable = false)
  private DataSource dataSource;

  private final String schema;

  @SuppressWarnings("NullAway.Init")
  protected Database() {
    this.schema = ""; // for the proxy
  }

  @Inject
  public Database(Settings settings) {
    this.schema = settings.database().schema();
  }

  /** Outside of the server. */
  public Database(DataSource dataSource, String schema) {
    this.dataSource = dataSource;
    this.schema = schema;
  }

  /** What keeps the database from being used, in words; empty if nothing does. */
  public String trouble() {
    return trouble(this::schemaTrouble);
  }

  private interface Question {
    String of(Connection connection) throws SQLException;
  }

  private String trouble(Question question) {
    String trouble = "";
    try (Connection connection = dataSource.getConnection()) {
      trouble = question.of(connection);
      if (trouble.startsWith(READ_ONLY)) {
        connection.abort(Runnable::run); // a session stays as it began; the next may write
      }
      return trouble;
    } catch (SQLException e) {
      if (trouble.startsWith(READ_ONLY)) {
        return trouble; // what was given up cannot be closed
      }
      String words = "the database does not answer: " + rootMessage(e);
      return words.contains("search_path") ? words + "; " + POOLER : words;
    }
  }

  /** As {@link #trouble()} and else {@link #damage()}, in one transaction. */
  public String troubleOrDamage() {
    return trouble(connection -> {
      connection.setAutoCommit(false);
      String trouble = schemaTrouble(connection);
      if (trouble.isEmpty()) {
        trouble = new DeploymentsTable(schema).damage(connection);
      }
      connection.commit();
      connection.setAutoCommit(true);
      return trouble;
    });
  }

  private String schemaTrouble(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT to_regnamespace(quote_ident(?)) IS NOT NULL, coalesce(current_schema(), ''),
              CASE WHEN to_regnamespace(quote_ident(?)) IS NULL THEN true ELSE has_schema_privilege(?, 'USAGE') END,
              quote_ident(current_user), quote_ident(current_database()),
              current_setting('transaction_read_only') = 'on', pg_is_in_recovery()
            """)) {
      for (int i = 1; i <= 3; i++) {
        query.setString(i, schema);
      }
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? schemaTrouble(rows) : "the database does not answer";
      }
    }
  }

  private String schemaTrouble(ResultSet row) throws SQLException {
    if (!row.getBoolean(1)) {
      return "the schema %s is not there; the platform makes it".formatted(schema);
    }
    if (!row.getBoolean(3)) {
      return "the login may not use the schema; run as its owner: GRANT USAGE, CREATE ON SCHEMA %s TO %s"
          .formatted(schema, row.getString(4));
    }
    if (!row.getString(2).equals(schema)) {
      return "the connection looks for tables in the schema '%s', not in %s: a pooler in between drops the search_path; run as a superuser and connect anew: ALTER ROLE %s IN DATABASE %s SET search_path = %s"
          .formatted(row.getString(2), schema, row.getString(4), row.getString(5), schema);
    }
    return row.getBoolean(6) ? readOnlyTrouble(row) : "";
  }

  private static String readOnlyTrouble(ResultSet row) throws SQLException {
    return row.getBoolean(7)
        ? READ_ONLY
            + "it is a standby; promote it, or let APPSERVER_DB_HOST lead to the one that is not"
        : READ_ONLY
            + "default_transaction_read_only is on; run as a superuser what fits: ALTER ROLE %1$s RESET default_transaction_read_only, ALTER DATABASE %2$s RESET default_transaction_read_only, ALTER ROLE %1$s IN DATABASE %2$s RESET default_transaction_read_only"
                .formatted(row.getString(4), row.getString(5));
  }

  /** What keeps another role's {@code deployments} from being used, with its cure; else empty. */
  String foreignTable() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return new DeploymentsTable(schema).trouble(connection);
    }
  }

  /** What was done to the orchestrator's own tables, with the cure; empty if nothing was. */
  public String damage() {
    try (Connection connection = dataSource.getConnection()) {
      return new DeploymentsTable(schema).damage(connection);
    } catch (SQLException e) {
      return "the database does not answer: " + rootMessage(e);
    }
  }

  /**
   * Brings the tables up to date; several instances may do so at once.
   *
   * @throws FlywayException if that is not possible
   */
  void migrate() {
    if (isUpToDate()) {
      return; // Flyway would find the same, and take a second for it
    }
    Flyway flyway = flyway();
    flyway.migrate();
    if (flyway.info().applied().length < 2) { // the baseline, or a first migration, and more
      requireMigrated(flyway);
    }
  }

  private boolean isUpToDate() {
    try (Connection connection = dataSource.getConnection()) {
      return Migrations.areApplied(connection, schema);
    } catch (SQLException e) {
      return false; // there is no such table, or Flyway finds the same
    }
  }

  private Flyway flyway() {
    return Flyway.configure(Database.class.getClassLoader())
        .dataSource(dataSource)
        .defaultSchema(schema)
        .createSchemas(false)
        .table(Migrations.HISTORY)
        .locations("classpath:" + Migrations.FOLDER)
        .callbackLocations(new String[0])
        .callbacks(new DeploymentsTable(schema).copyForMigrations())
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load();
  }

  /**
   * The migrations that this program brings and the tables have not seen, by their names.
   *
   * @throws FlywayException if that cannot be found out
   */
  public List<String> missingMigrations() {
    return Arrays.stream(flyway().info().pending())
        .map(migration -> migration.getVersion() + " " + migration.getDescription())
        .toList();
  }

  /** The database's own time, by which leases live. */
  public Instant now() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query = connection.prepareStatement("SELECT clock_timestamp()");
        ResultSet rows = query.executeQuery()) {
      rows.next();
      return rows.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  private static void requireMigrated(Flyway flyway) {
    boolean any = flyway.info().applied().length > 0 && flyway.info().current() != null;
    boolean pending = flyway.info().pending().length > 0;
    if (!any || pending) {
      throw new FlywayException("the migrations were not found inside the application");
    }
  }

  /** The id of this installation, made with the first tables. */
  String installationId() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT CAST(id AS text) FROM orchestrator_installation");
        ResultSet rows = query.executeQuery()) {
      if (!rows.next()) {
        throw new SQLException("the table orchestrator_installation is empty");
      }
      return rows.getString(1);
    }
  }

  /** Which node an engine is. */
  NodeRegistration nodes() {
    return new NodeRegistration(dataSource);
  }

  /**
   * What that login may do, as the database has it; empty if there is none of that name.
   *
   * @throws SQLException if the database does not answer
   */
  public Optional<LoginRights> rightsOf(String login) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                """
                SELECT r.rolsuper OR r.rolcreaterole OR r.rolbypassrls,
                  EXISTS (SELECT FROM pg_namespace n
                    WHERE n.nspname = ? AND pg_has_role(r.oid, n.nspowner, 'MEMBER'))
                  OR EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = ? AND pg_has_role(r.oid, c.relowner, 'MEMBER')),
                  EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v')
                    AND has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
                FROM pg_roles r WHERE r.rolname = ?
                """)) {
      query.setString(1, schema);
      query.setString(2, schema);
      query.setString(3, schema);
      query.setString(4, login);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next()
            ? Optional.of(
                new LoginRights(rows.getBoolean(1), rows.getBoolean(2), rows.getBoolean(3)))
            : Optional.empty();
      }
    }
  }

  private static String rootMessage(Throwable thrown) {
    return String.valueOf(Causes.root(thrown).getMessage());
  }
}

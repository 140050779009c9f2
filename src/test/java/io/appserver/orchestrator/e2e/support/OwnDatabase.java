package io.appserver.orchestrator.e2e.support;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;

/**
 * A database of its own in the real PostgreSQL, and its superuser: what the server counts in it is
 * of one orchestrator alone.
 */
public final class OwnDatabase implements AutoCloseable {

  private final String name = "e2e_" + UUID.randomUUID().toString().replace("-", "");
  private final Services services;

  /** To the database of the services: what is asked there is not counted. */
  private final Connection outside;

  /**
   * What was counted so far.
   *
   * @param transactions that ended, a look whether the connection is alive among them
   * @param at by the clock of the database
   */
  public record Count(long transactions, Instant at) {

    /** Until now, a second. */
    public double rate(Count now) {
      return (now.transactions - transactions) * 1000.0 / Duration.between(at, now.at).toMillis();
    }
  }

  private OwnDatabase(Services real) throws SQLException {
    services = real.withDatabase(name);
    outside =
        DriverManager.getConnection(
            real.databaseUrl(),
            environment("ORCHESTRATOR_TEST_DB_SUPERUSER"),
            environment("ORCHESTRATOR_TEST_DB_SUPERUSER_PASSWORD"));
    execute("CREATE DATABASE %s OWNER %s".formatted(name, real.databaseLogin().user()));
  }

  /** One beside that of the services. */
  public static OwnDatabase beside(Services real) {
    try {
      return new OwnDatabase(real);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same services with this database. */
  public Services services() {
    return services;
  }

  /**
   * All that ended in it. A session tells of its own at most once a second, and one that rests
   * within 10 s: over a minute that makes no difference.
   */
  public Count count() {
    try (Statement statement = outside.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT xact_commit + xact_rollback, clock_timestamp()
                FROM pg_stat_database WHERE datname = '%s'
                """
                    .formatted(name))) {
      rows.next();
      return new Count(rows.getLong(1), rows.getObject(2, OffsetDateTime.class).toInstant());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = outside.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String environment(String variable) {
    return Objects.requireNonNull(
        System.getenv(variable), variable + " is not set; run: eval \"$(script/services env)\"");
  }

  @Override
  public void close() {
    try (outside) {
      execute("DROP DATABASE %s WITH (FORCE)".formatted(name));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.appserver.orchestrator.e2e.support;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.UUID;

/**
 * A database of its own in the real PostgreSQL, and its superuser: what the server counts in it is
 * of one orchestrator alone.
 */
public final class OwnDatabase implements AutoCloseable {

  private final String name = "e2e_" + UUID.randomUUID().toString().replace("-", "");
  private final Services services;
  private final Connection outside;
  private final Connection inside;

  /** Those that were asked for here: each is a transaction of its own. */
  private long asked;

  private OwnDatabase(Services real) throws SQLException {
    services = real.withDatabase(name);
    outside = connect(real);
    execute(outside, "CREATE DATABASE %s OWNER %s".formatted(name, real.databaseLogin().user()));
    inside = connect(services);
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

  /** How many transactions there were in it, but for those of this class. */
  public long transactions() {
    long all =
        number(
            outside,
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '%s'"
                .formatted(name));
    return all - asked;
  }

  /** The number that the query has in its first row. */
  public long number(String sql) {
    asked++;
    return number(inside, sql);
  }

  private static long number(Connection connection, String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(Services where) throws SQLException {
    return DriverManager.getConnection(
        where.databaseUrl(),
        environment("ORCHESTRATOR_TEST_DB_SUPERUSER"),
        environment("ORCHESTRATOR_TEST_DB_SUPERUSER_PASSWORD"));
  }

  private static String environment(String variable) {
    return Objects.requireNonNull(
        System.getenv(variable), variable + " is not set; run: eval \"$(script/services env)\"");
  }

  @Override
  public void close() {
    try (outside) {
      inside.close();
      execute(outside, "DROP DATABASE %s WITH (FORCE)".formatted(name));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}

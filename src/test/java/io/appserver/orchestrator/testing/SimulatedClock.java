package io.appserver.orchestrator.testing;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Connections, kept and given out again, on which the database's clock says what it is told: {@code
 * clock_timestamp()} and {@code now()} of the schema go before those of PostgreSQL.
 */
final class SimulatedClock implements DataSource {

  private final DataSource server;
  private final Supplier<Instant> clock;
  private final Deque<Kept> idle = new ArrayDeque<>();

  private static final class Kept {
    final Connection connection;
    Instant told = Instant.MIN;

    Kept(Connection connection) {
      this.connection = connection;
    }
  }

  SimulatedClock(DataSource server, Supplier<Instant> clock) {
    this.server = server;
    this.clock = clock;
  }

  /** Makes the schema's own clocks. */
  static void install(Consumer<String> sql, String schema) {
    for (String function : new String[] {"clock_timestamp", "now"}) {
      sql.accept(
          """
          CREATE FUNCTION %s.%s() RETURNS timestamptz LANGUAGE sql STABLE AS
          $$ SELECT CAST(current_setting('simulation.now') AS timestamptz) $$
          """
              .formatted(schema, function));
    }
  }

  /** Those that are idle are closed. */
  synchronized void reconnect() {
    idle.forEach(SimulatedClock::close);
    idle.clear();
  }

  private static void close(Kept kept) {
    try {
      kept.connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    Kept kept = take();
    Instant now = clock.get();
    if (!now.equals(kept.told)) {
      try (var statement = kept.connection.createStatement()) {
        statement.execute("SET simulation.now = '%s'".formatted(now));
      }
      kept.told = now;
    }
    return returning(kept);
  }

  private synchronized Kept take() throws SQLException {
    Kept kept = idle.poll();
    return kept == null ? new Kept(server.getConnection()) : kept;
  }

  private Connection returning(Kept kept) {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, arguments) -> {
              if (method.getName().equals("close")) {
                giveBack(kept);
                return null;
              }
              try {
                return method.invoke(kept.connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void giveBack(Kept kept) throws SQLException {
    if (!kept.connection.getAutoCommit()) {
      kept.connection.rollback();
      kept.connection.setAutoCommit(true);
    }
    synchronized (this) {
      idle.push(kept);
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return server.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    server.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    server.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return server.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return server.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return server.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return server.isWrapperFor(type);
  }
}

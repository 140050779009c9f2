package io.appserver.orchestrator.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Keeps a test's connections for whoever needs the next: a login costs both sides some 15 ms of
 * work, and tests ask many times a second.
 */
public final class ConnectionPool {

  /** As many as the threads of a test that ask at the same time; PostgreSQL has 200 in all. */
  private static final int MOST = 30;

  /** The shortest that the pool knows: other tests need connections, too. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** For a login on a busy machine; then a database that is not there is told of. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private ConnectionPool() {}

  /** A pool that is empty at first; the caller closes it. */
  public static HikariDataSource of(DataSource server) {
    var settings = new HikariConfig();
    settings.setDataSource(server);
    settings.setMaximumPoolSize(MOST);
    settings.setMinimumIdle(0);
    settings.setIdleTimeout(IDLE.toMillis());
    settings.setConnectionTimeout(PATIENCE.toMillis());
    settings.setInitializationFailTimeout(-1); // whoever asks is told, not whoever makes it
    return new HikariDataSource(settings);
  }
}

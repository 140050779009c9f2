package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.convergence.Heartbeat;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * {@link Heartbeat} on a data source of its own: one connection, and less patience than a lease
 * lives.
 */
@ApplicationScoped
public class JdbcHeartbeat implements Heartbeat {

  @SuppressWarnings("NullAway.Init")
  // A shared connection would stay with the thread that used it last.
  @Resource(lookup = "jdbc/orchestrator-heartbeat", shareable = false)
  private DataSource dataSource;

  @Override
  public void beat(UUID owner, Duration ttl) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                """
                UPDATE orchestrator_work
                SET lease_expires = clock_timestamp() + ? * interval '1 millisecond'
                WHERE lease_owner = ? AND lease_expires > clock_timestamp()
                """)) {
      update.setLong(1, ttl.toMillis());
      update.setObject(2, owner);
      update.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("the leases could not be prolonged", e);
    }
  }
}

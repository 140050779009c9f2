package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.work.Heartbeat;
import io.appserver.orchestrator.convergence.work.Lease;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * {@link Heartbeat} on a data source of its own: one connection, and less patience than a lease
 * lives.
 */
@ApplicationScoped
public class JdbcHeartbeat implements Heartbeat {

  /**
   * One statement waits for no lock: a row that an operator or a slow transaction holds is left out
   * and prolonged the next time. It is lost only if it stays locked for as long as a lease lives.
   */
  private static final String PROLONG =
      """
      UPDATE orchestrator_work AS w
      SET lease_expires = clock_timestamp() + ? * interval '1 millisecond'
      FROM (
        SELECT node, app_name FROM orchestrator_work
        WHERE lease_owner = ? AND lease_expires > clock_timestamp()
        FOR NO KEY UPDATE SKIP LOCKED) AS free
      WHERE w.node = free.node AND w.app_name = free.app_name
      RETURNING w.node, w.app_name, w.fence
      """;

  @SuppressWarnings("NullAway.Init")
  // A shared connection would stay with the thread that used it last.
  @Resource(lookup = "jdbc/orchestrator-heartbeat", shareable = false)
  private DataSource dataSource;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JdbcHeartbeat() {}

  /** Outside of the server. */
  public JdbcHeartbeat(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public Collection<Lease> beat(UUID owner, Duration ttl) {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update = connection.prepareStatement(PROLONG)) {
      update.setLong(1, ttl.toMillis());
      update.setObject(2, owner);
      return leases(update, owner);
    } catch (SQLException e) {
      throw new IllegalStateException("the leases could not be prolonged", e);
    }
  }

  private static List<Lease> leases(PreparedStatement update, UUID owner) throws SQLException {
    var prolonged = new ArrayList<Lease>();
    try (ResultSet rows = update.executeQuery()) {
      while (rows.next()) {
        prolonged.add(
            new Lease(rows.getString(1), new AppName(rows.getString(2)), owner, rows.getLong(3)));
      }
    }
    return prolonged;
  }
}

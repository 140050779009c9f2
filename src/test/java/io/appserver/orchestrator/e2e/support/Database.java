package io.appserver.orchestrator.e2e.support;

import com.zaxxer.hikari.HikariDataSource;
import io.appserver.orchestrator.testing.ConnectionPool;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/** One schema of the real database: the platform's tables beside the orchestrator's. */
public final class Database implements AutoCloseable {

  private final String schema;
  private final HikariDataSource connections;

  Database(Services services, String schema) {
    this.schema = schema;
    var server = new PGSimpleDataSource();
    server.setUrl(services.databaseUrl());
    server.setUser(services.databaseLogin().user());
    server.setPassword(services.databaseLogin().password());
    server.setCurrentSchema(schema);
    this.connections = ConnectionPool.of(server);
  }

  /** A row of {@code deployments}. */
  public record Deployment(
      UUID appId,
      String appName,
      String state,
      String containerId,
      String healthStatus,
      String reasonCode,
      String reasonMessage,
      int attempts,
      OffsetDateTime nextLookAt,
      int generation) {}

  /** A row of the history; {@code to} and {@code from} may be null. */
  public record Entry(
      String cause, String from, String to, String code, String message, String details) {
    /** {@code from -> to}, with the code where there is one. */
    public String transition() {
      return from + " -> " + to + (code == null ? "" : " (" + code + ")");
    }
  }

  /** An event that was taken. */
  public record Intake(String kind, String outcome, String reason, String note, String body) {}

  /** Makes something of each row. */
  @FunctionalInterface
  public interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  public String schema() {
    return schema;
  }

  /** A connection of the caller's, in this schema. */
  public Connection open() throws SQLException {
    return connections.getConnection();
  }

  public <T> List<T> query(String sql, Row<T> row, Object... parameters) {
    try (Connection connection = open();
        PreparedStatement statement = prepared(connection, sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      var read = new ArrayList<T>();
      while (rows.next()) {
        read.add(row.read(rows));
      }
      return read;
    } catch (SQLException e) {
      throw new IllegalStateException("query failed: " + sql, e);
    }
  }

  /** Returns the number of rows changed. */
  public int update(String sql, Object... parameters) {
    try (Connection connection = open();
        PreparedStatement statement = prepared(connection, sql, parameters)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("update failed: " + sql, e);
    }
  }

  private static PreparedStatement prepared(Connection connection, String sql, Object... parameters)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < parameters.length; i++) {
      statement.setObject(i + 1, parameters[i]);
    }
    return statement;
  }

  /** Adds a node that there is only by its row; it is alive for a day. */
  public void addNode(String name) {
    update(
        "INSERT INTO orchestrator_node (name, engine_id, seen_at) VALUES (?, ?, now() + interval '1 day')",
        name,
        name);
  }

  /** Has the node not be seen for an hour. */
  public void loseNode(String name) {
    update("UPDATE orchestrator_node SET seen_at = now() - interval '1 hour' WHERE name = ?", name);
  }

  public void removeNode(String name) {
    update("DELETE FROM orchestrator_node WHERE name = ?", name);
  }

  public Optional<Deployment> deployment(App app) {
    return query(
            "SELECT * FROM deployments WHERE app_id = ?",
            row ->
                new Deployment(
                    row.getObject("app_id", UUID.class),
                    row.getString("app_name"),
                    row.getString("state"),
                    row.getString("container_id"),
                    row.getString("health_status"),
                    row.getString("reason_code"),
                    row.getString("reason_message"),
                    row.getInt("attempts"),
                    row.getObject("next_look_at", OffsetDateTime.class),
                    row.getInt("generation")),
            app.id())
        .stream()
        .findFirst();
  }

  /** The state of the app's deployment; {@code none} while there is none. */
  public String state(App app) {
    return deployment(app).map(Deployment::state).orElse("none");
  }

  /** What happened to the app, oldest first. */
  public List<Entry> history(App app) {
    return query(
        "SELECT * FROM orchestrator_history WHERE app_name = ? ORDER BY id",
        row ->
            new Entry(
                row.getString("cause"),
                row.getString("from_state"),
                row.getString("to_state"),
                row.getString("code"),
                row.getString("message"),
                row.getString("details")),
        app.name());
  }

  /** The app's changes of state, oldest first, as {@link Entry#transition()} writes them. */
  public List<String> transitions(App app) {
    return history(app).stream()
        .filter(entry -> entry.to() != null && !entry.to().equals(entry.from()))
        .map(Entry::transition)
        .toList();
  }

  /** The events that came for the app, oldest first. */
  public List<Intake> intakes(App app) {
    return query(
        """
        SELECT kind, outcome, reason, note, convert_from(body, 'UTF8') AS text FROM orchestrator_intake
        WHERE app_name = ? OR app_id = ? ORDER BY received_at
        """,
        row ->
            new Intake(
                row.getString("kind"),
                row.getString("outcome"),
                row.getString("reason"),
                row.getString("note"),
                row.getString("text")),
        app.name(),
        app.id());
  }

  /** How often the engine was asked for that, for the app. */
  public int acts(App app, String verb) {
    return query(
            "SELECT count(*) FROM orchestrator_act WHERE app_name = ? AND verb = ?",
            row -> row.getInt(1),
            app.name(),
            verb)
        .getFirst();
  }

  /** How many dead letters still wait for the broker. */
  public int outbox() {
    return query("SELECT count(*) FROM orchestrator_outbox", row -> row.getInt(1)).getFirst();
  }

  @Override
  public void close() {
    connections.close();
  }
}

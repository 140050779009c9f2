package io.appserver.orchestrator.e2e.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The platform as one process: it writes an app's row and publishes its event right after that. */
final class BenchPlatform implements AutoCloseable {

  private static final BasicProperties PERSISTENT =
      new BasicProperties.Builder().deliveryMode(2).contentType("application/json").build();

  private static final long CONFIRM_MILLIS = 60_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Seldom, as the database is measured too; when something happened is read from its rows. */
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(100);

  private final Connection database;
  private final com.rabbitmq.client.Connection broker;
  private final Channel channel;

  /** An app that the platform knows. */
  record App(UUID id, String name) {}

  BenchPlatform() throws Exception {
    database = open();
    var factory = new ConnectionFactory();
    factory.setUri(System.getenv("APPSERVER_RABBITMQ_URL"));
    factory.setVirtualHost("/");
    broker = factory.newConnection("bench");
    channel = broker.createChannel();
    channel.confirmSelect();
  }

  /** The database of the server that is measured. */
  static Connection open() throws SQLException {
    Map<String, String> environment = System.getenv();
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%s/%s?currentSchema=%s"
            .formatted(
                environment.get("APPSERVER_DB_HOST"),
                environment.get("APPSERVER_DB_PORT"),
                environment.get("APPSERVER_DB_NAME"),
                environment.get("APPSERVER_DB_SCHEMA")),
        environment.get("APPSERVER_DB_USER"),
        environment.get("APPSERVER_DB_PASSWORD"));
  }

  List<App> apps() throws SQLException {
    var apps = new ArrayList<App>();
    try (var select = database.prepareStatement("SELECT id, name FROM apps ORDER BY name");
        ResultSet row = select.executeQuery()) {
      while (row.next()) {
        apps.add(new App(row.getObject(1, UUID.class), row.getString(2)));
      }
    }
    return apps;
  }

  /** Returns the time of the first row, in milliseconds of the epoch. */
  double install(List<App> apps) throws Exception {
    return tell(apps, "installed", "app.installed");
  }

  void uninstall(List<App> apps) throws Exception {
    double began = tell(apps, "registered", "app.uninstalled");
    awaitLast("stopped", apps.size(), began);
  }

  private double tell(List<App> apps, String state, String event) throws Exception {
    double began = now();
    try (var update = database.prepareStatement("UPDATE apps SET state = ? WHERE id = ?")) {
      for (App app : apps) {
        update.setString(1, state);
        update.setObject(2, app.id());
        update.executeUpdate();
        String body =
            "{\"AppName\":\"%s\",\"AppID\":\"%s\",\"OccurredAt\":\"%s\"}"
                .formatted(app.name(), app.id(), Instant.now());
        channel.basicPublish("appserver.events", event, PERSISTENT, body.getBytes(UTF_8));
      }
    }
    channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
    return began;
  }

  static double now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1e3 + now.getNano() / 1e6;
  }

  /**
   * Waits until so many apps have come to that state, and nothing is left to do for any.
   *
   * @param since milliseconds of the epoch, as is the result
   * @return when the last of them came to it
   */
  double awaitLast(String state, int apps, double since) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (var select =
        database.prepareStatement(
            """
            SELECT count(DISTINCT app_name), extract(epoch FROM max(at)) * 1000,
              (SELECT count(*) FROM orchestrator_work WHERE signal_seq > handled_seq OR lease_owner IS NOT NULL)
            FROM orchestrator_history WHERE to_state = ? AND at >= to_timestamp(? / 1000.0)
            """)) {
      select.setString(1, state);
      select.setDouble(2, since);
      while (System.nanoTime() - deadline < 0) {
        try (ResultSet row = select.executeQuery()) {
          row.next();
          if (row.getInt(1) == apps && row.getInt(3) == 0) {
            return row.getDouble(2);
          }
        }
        Thread.sleep(BETWEEN_QUESTIONS);
      }
    }
    throw new IllegalStateException(
        "Not all of %d apps came to be %s; the server's log is target/bench/server.log."
            .formatted(apps, state));
  }

  @Override
  public void close() throws IOException, SQLException {
    broker.close();
    database.close();
  }
}

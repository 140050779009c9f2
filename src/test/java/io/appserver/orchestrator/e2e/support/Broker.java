package io.appserver.orchestrator.e2e.support;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.appserver.orchestrator.testing.Patience;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonStructure;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** A virtual host of the real broker, made for one run and deleted after it. */
public final class Broker implements AutoCloseable {

  public static final String EVENTS = "appserver.events";

  private static final long CONFIRM_TIMEOUT_MS = Patience.CONDITION.toMillis();

  private final Services services;
  private final String virtualHost;
  private Connection connection;
  private Channel channel;

  Broker(Services services, String virtualHost) {
    this.services = services;
    this.virtualHost = virtualHost;
    manage("PUT", "/api/vhosts/" + virtualHost, "{}");
    manage(
        "PUT",
        "/api/permissions/" + virtualHost + "/" + services.brokerLogin().user(),
        "{\"configure\": \".*\", \"write\": \".*\", \"read\": \".*\"}");
    connection = connect();
    channel = channel(connection);
  }

  private Connection connect() {
    try {
      var factory = new ConnectionFactory();
      factory.setUri(url());
      factory.setAutomaticRecoveryEnabled(false);
      return factory.newConnection("the platform's stand-in");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("no connection to " + virtualHost, e);
    }
  }

  private static Channel channel(Connection connection) {
    try {
      Channel channel = connection.createChannel();
      channel.exchangeDeclare(EVENTS, "topic", true);
      channel.confirmSelect();
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another one, if the broker went away meanwhile. */
  private synchronized Channel channel() {
    if (!channel.isOpen()) {
      connection.abort();
      connection = connect();
      channel = channel(connection);
    }
    return channel;
  }

  public String virtualHost() {
    return virtualHost;
  }

  /** With user and password, as {@code APPSERVER_RABBITMQ_URL} wants it. */
  public URI url() {
    URI server = services.broker();
    try {
      return new URI(
          server.getScheme(),
          server.getUserInfo(),
          server.getHost(),
          server.getPort(),
          "/" + virtualHost,
          null,
          null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Publishes to the platform's exchange, and returns once the broker has it. */
  public void publish(String routingKey, String body) {
    publish(routingKey, body.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  public void publish(String routingKey, byte[] body, Map<String, Object> headers) {
    publish(EVENTS, routingKey, body, headers);
  }

  /** To whatever exchange; the one without a name has a queue's name as key. */
  public synchronized void publish(
      String exchange, String routingKey, byte[] body, Map<String, Object> headers) {
    var properties =
        new AMQP.BasicProperties.Builder()
            .deliveryMode(2)
            .contentType("application/json")
            .headers(headers)
            .build();
    try {
      Channel open = channel();
      open.basicPublish(exchange, routingKey, properties, body);
      open.waitForConfirmsOrDie(CONFIRM_TIMEOUT_MS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("the broker did not confirm an event", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A queue of another subscriber, beside the orchestrator's. */
  public synchronized void bindQueue(String queue, String routingKey) {
    try {
      channel().queueDeclare(queue, true, false, false, Map.of());
      channel().queueBind(queue, EVENTS, routingKey);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the next message of a queue, if there is one. */
  public synchronized Optional<GetResponse> take(String queue) {
    try {
      return Optional.ofNullable(channel().basicGet(queue, true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many messages wait in the queue, not yet delivered. */
  synchronized long waiting(String queue) {
    try {
      return channel().messageCount(queue);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks the management API; {@code path} from {@code /api/} on. */
  public JsonStructure ask(String path) {
    try (var reader = Json.createReader(new StringReader(manage("GET", path, "")))) {
      return reader.read();
    }
  }

  /** Closes every connection of orchestrators. */
  public void closeConnectionsOfOrchestrators() {
    for (var entry : ask("/api/vhosts/%s/connections".formatted(virtualHost)).asJsonArray()) {
      String name = entry.asJsonObject().getString("name");
      if (entry.asJsonObject().getString("user_provided_name", "").startsWith("orchestrator")) {
        manage(
            "DELETE",
            "/api/connections/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"),
            "");
      }
    }
  }

  /**
   * Closes all connections, as an administrator does; returns how many there were. The broker lists
   * a new one only after some seconds.
   */
  public int closeConnections() {
    JsonArray connections = ask("/api/vhosts/" + virtualHost + "/connections").asJsonArray();
    connections.stream()
        .map(listed -> listed.asJsonObject().getString("name"))
        .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
        .forEach(name -> manage("DELETE", "/api/connections/" + name, ""));
    return connections.size();
  }

  private String manage(String method, String path, String body) {
    return Http.call(
            method,
            services.management().resolve(path),
            services.brokerLogin(),
            "application/json",
            body)
        .body();
  }

  @Override
  public synchronized void close() {
    connection.abort();
    manage("DELETE", "/api/vhosts/" + virtualHost, "");
  }
}

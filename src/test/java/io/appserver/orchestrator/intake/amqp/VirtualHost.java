package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.appserver.orchestrator.intake.Bench;
import io.appserver.orchestrator.intake.event.BrokerNames;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.testing.Relay;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonStructure;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A virtual host of its own at the real broker, behind a {@link Relay}; the test's own connection
 * goes straight.
 */
public final class VirtualHost implements AutoCloseable {

  /** Its server breaks a request off that offers to change to HTTP/2. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String name =
      "intake-" + Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), 36);
  private final URI server = URI.create(Bench.environment("APPSERVER_RABBITMQ_URL"));
  private final Connection connection;
  private final Channel channel;
  private boolean limited;
  public final Relay door = new Relay(server.getHost(), server.getPort());

  public VirtualHost() {
    door.open();
    manage("PUT", "/api/vhosts/" + name, "{}");
    manage(
        "PUT",
        "/api/permissions/" + name + "/" + Bench.environment("ORCHESTRATOR_TEST_RABBITMQ_USER"),
        "{\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}");
    try {
      var factory = new ConnectionFactory();
      factory.setUri(url(server.getPort()));
      connection = factory.newConnection("test");
      channel = connection.createChannel();
      channel.confirmSelect();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** For the orchestrator: through the door. */
  public String url() {
    return url(door.port());
  }

  private String url(int port) {
    return "amqp://%s@127.0.0.1:%d/%s".formatted(server.getRawUserInfo(), port, name);
  }

  public synchronized Channel channel() {
    return channel;
  }

  public void publish(EventKind kind, String body) {
    publish(kind, body.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  public synchronized void publish(EventKind kind, byte[] body, Map<String, Object> headers) {
    var properties =
        new BasicProperties.Builder()
            .deliveryMode(2)
            .contentType("application/json")
            .expiration("600000")
            .headers(headers)
            .build();
    publish(BrokerNames.EVENTS, kind.routingKey(), properties, body);
  }

  public synchronized void publish(
      String exchange, String key, BasicProperties properties, byte[] body) {
    try {
      channel.basicPublish(exchange, key, true, properties, body);
      channel.waitForConfirmsOrDie(20_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** An event for the app {@code deep}; written on a large stack. */
  public void publishDeep(EventKind kind, Map<String, Object> headers) {
    var writer =
        new Thread(
            null,
            () -> publish(kind, "{\"AppName\":\"deep\"}".getBytes(StandardCharsets.UTF_8), headers),
            "deep",
            1L << 28);
    writer.start();
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public synchronized Optional<GetResponse> take(String queue) {
    try {
      return Optional.ofNullable(channel.basicGet(queue, true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ready and unacknowledged, as the broker itself counts them now. */
  public synchronized long ready(String queue) {
    try {
      return channel.messageCount(queue);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized long consumers(String queue) {
    try {
      return channel.consumerCount(queue);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public synchronized void delete(String queue) {
    try {
      channel.queueDelete(queue);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JsonObject queue(String queue) {
    return (JsonObject) ask("/api/queues/" + name + "/" + queue);
  }

  /** Routing keys with which the exchange feeds the queue. */
  public List<String> keys(String exchange, String queue) {
    return ((JsonArray) ask("/api/bindings/%s/e/%s/q/%s".formatted(name, exchange, queue)))
        .getValuesAs(JsonObject.class).stream()
            .map(b -> b.getString("routing_key"))
            .sorted()
            .toList();
  }

  /** Names that the clients of this virtual host gave to their connections. */
  public List<String> connections() {
    return open()
        .map(c -> c.getJsonObject("client_properties").getString("connection_name", ""))
        .toList();
  }

  /** Has the broker close the connections of that name; returns how many. */
  public long kick(String connectionName) {
    return open()
        .filter(c ->
            c.getJsonObject("client_properties")
                .getString("connection_name", "")
                .equals(connectionName))
        .peek(c ->
            manage(
                "DELETE",
                "/api/connections/" + c.getString("name").replace(" ", "%20").replace(">", "%3E"),
                ""))
        .count();
  }

  private java.util.stream.Stream<JsonObject> open() {
    return ((JsonArray) ask("/api/vhosts/" + name + "/connections"))
        .getValuesAs(JsonObject.class).stream().filter(c -> c.containsKey("client_properties"));
  }

  private JsonStructure ask(String path) {
    try (var reader = Json.createReader(new StringReader(manage("GET", path, "")))) {
      return reader.read();
    }
  }

  /** Has the broker give up what it delivered more often than that, in whatever quorum queue. */
  public void limitDeliveries(int most) {
    manage(
        "PUT",
        "/api/policies/%s/limit".formatted(name),
        "{\"pattern\":\".*\",\"apply-to\":\"queues\",\"definition\":{\"delivery-limit\":%d}}"
            .formatted(most));
  }

  /** Through the door, as a new user who may do that and nothing else. */
  public String url(String configure, String write, String read) {
    String user = name + "-limited";
    manage("PUT", "/api/users/" + user, "{\"password\":\"limited\",\"tags\":\"\"}");
    manage(
        "PUT",
        "/api/permissions/%s/%s".formatted(name, user),
        "{\"configure\":\"%s\",\"write\":\"%s\",\"read\":\"%s\"}"
            .formatted(configure, write, read)
            .replace("\\", "\\\\"));
    limited = true;
    return "amqp://%s:limited@127.0.0.1:%d/%s".formatted(user, door.port(), name);
  }

  private static String manage(String method, String path, String body) {
    String login =
        Bench.environment("ORCHESTRATOR_TEST_RABBITMQ_USER")
            + ":"
            + Bench.environment("ORCHESTRATOR_TEST_RABBITMQ_PASSWORD");
    var request =
        HttpRequest.newBuilder(
                URI.create(Bench.environment("ORCHESTRATOR_TEST_RABBITMQ_MANAGEMENT_URL") + path))
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException("%s %s: %d".formatted(method, path, response.statusCode()));
      }
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    connection.abort();
    door.close();
    manage("DELETE", "/api/vhosts/" + name, "");
    if (limited) {
      manage("DELETE", "/api/users/" + name + "-limited", "");
    }
  }
}

package io.appserver.orchestrator.intake.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.ConnectionFactory;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Publishes that many {@code app.installed} as the platform does, to the apps of standard input in
 * turn, each a line with its name and id. {@code script/bench intake} starts it from its source.
 */
final class PublishEvents {

  private static final BasicProperties PERSISTENT =
      new BasicProperties.Builder().deliveryMode(2).contentType("application/json").build();

  private PublishEvents() {}

  public static void main(String[] arguments) throws Exception {
    int events = Integer.parseInt(arguments[0]);
    List<String[]> apps;
    try (var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      apps = lines.lines().map(line -> line.split(" ", -1)).toList();
    }
    var factory = new ConnectionFactory();
    factory.setUri(System.getenv("APPSERVER_RABBITMQ_URL"));
    factory.setVirtualHost("/");
    try (var connection = factory.newConnection("bench");
        var channel = connection.createChannel()) {
      channel.confirmSelect();
      long began = System.nanoTime();
      for (int i = 0; i < events; i++) {
        String[] app = apps.get(i % apps.size());
        String body =
            "{\"AppName\":\"%s\",\"AppID\":\"%s\",\"OccurredAt\":\"%s\"}"
                .formatted(app[0], app[1], Instant.now());
        channel.basicPublish("appserver.events", "app.installed", PERSISTENT, body.getBytes(UTF_8));
      }
      channel.waitForConfirmsOrDie(60_000);
      long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
      System.err.printf(
          "published %d events in %d ms: %d a second%n", events, millis, events * 1000L / millis);
    }
  }
}

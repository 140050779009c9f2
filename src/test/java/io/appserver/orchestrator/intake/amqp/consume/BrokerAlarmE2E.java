package io.appserver.orchestrator.intake.amqp.consume;

import static io.appserver.orchestrator.intake.event.EventKind.INSTALLED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.intake.Bench;
import io.appserver.orchestrator.intake.amqp.AlarmLine;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.VirtualHost;
import io.appserver.orchestrator.intake.amqp.deadletter.DeadLetterPublisher;
import io.appserver.orchestrator.intake.deadletter.Outbox;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The broker is short of memory, and reads nothing from those that publish. */
class BrokerAlarmE2E {

  private final ThreadFactory threads = Thread.ofPlatform().daemon().factory();
  private final ExecutorService executor = Executors.newCachedThreadPool(threads);
  private Bench bench;
  private VirtualHost host;
  private AlarmLine line;
  private DeadLetterPublisher deadLetters;
  private EventConsumer consumer;

  @BeforeEach
  void open() throws IOException {
    bench = new Bench();
    host = new VirtualHost();
    line = new AlarmLine(host.door.port());
    String url = host.url().replace(":" + URI.create(host.url()).getPort(), ":" + line.port());
    Settings settings = BrokerSettings.of(url, "quorum");
    var connections = new BrokerConnections(settings, bench::identity, threads, executor);
    deadLetters = new DeadLetterPublisher(connections, settings);
    consumer =
        new EventConsumer(
            settings,
            connections,
            bench.reception,
            deadLetters,
            bench.letters,
            List.of(bench.observer),
            threads);
    consumer.start();
    await().until(() -> consumer.status().consuming());
  }

  @AfterEach
  void close() {
    line.close();
    consumer.stop();
    host.close();
    bench.close();
    executor.shutdownNow();
  }

  /**
   * @param size of what cannot be read, in bytes: what the sockets take at once, and what they do
   *     not
   */
  @ParameterizedTest
  @ValueSource(ints = {10, 15_000_000})
  void deadLettersWaitInTheOutboxAndEventsGoOn(int size) {
    byte[] rubbish = new byte[size];
    Arrays.fill(rubbish, (byte) 'x');
    line.alarm();

    host.publish(INSTALLED, rubbish, Map.of());
    host.publish(INSTALLED, "{\"AppName\":\"todos\"}".getBytes(UTF_8), Map.of());

    await().untilAsserted(() -> assertThat(bench.apps()).containsExactly("todos"));
    assertThat(line.blocked()).isEqualTo(1);
    assertThat(bench.letters.outboxSize()).isEqualTo(1);
    assertThat(consumer.status().missing()).singleElement().asString().contains("low on memory");

    line.over();
    new Outbox(bench.letters, deadLetters, List.of(bench.observer)).publishAll();
    assertThat(host.take("orchestrator.dead-letter"))
        .hasValueSatisfying(letter -> assertThat(letter.getBody()).isEqualTo(rubbish));
    assertThat(consumer.status().missing()).isEmpty();
  }
}

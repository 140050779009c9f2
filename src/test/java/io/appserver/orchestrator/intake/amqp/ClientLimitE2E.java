package io.appserver.orchestrator.intake.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Why {@link BoundedFrameHandler} is there: what the client's own limit, a prefetch of one and the
 * queue's delivery limit make of a message that is too large. The same message on our connections:
 * {@code EventConsumerE2E.brokerItselfBuriesMessagesThatWouldNotFitIntoMemory}.
 */
class ClientLimitE2E {

  private static final String QUEUE = "limited";
  private static final int LIMIT = 1024 * 1024;

  private VirtualHost host;

  @BeforeEach
  void open() {
    host = new VirtualHost();
  }

  @AfterEach
  void close() {
    host.close();
  }

  /** Takes what comes, one message at a time, until the connection ends. */
  private List<String> takeUntilTheEnd() throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(host.url());
    factory.setAutomaticRecoveryEnabled(false);
    factory.setMaxInboundMessageBodySize(LIMIT);
    factory.setExceptionHandler(new ForgivingExceptionHandler());
    var taken = new CopyOnWriteArrayList<String>();
    try (Connection connection = factory.newConnection("limited")) {
      Channel channel = connection.createChannel();
      channel.basicQos(1);
      channel.basicConsume(
          QUEUE,
          false,
          (tag, delivery) -> taken.add(new String(delivery.getBody(), UTF_8)),
          tag -> {});
      await().until(() -> !connection.isOpen());
    } catch (com.rabbitmq.client.AlreadyClosedException e) {
      return taken; // closing what has ended already
    }
    return taken;
  }

  /** A queue with a delivery limit goes on after as many lost connections, another one never. */
  @ParameterizedTest
  @ValueSource(strings = {"quorum", "classic"})
  void eachTryCostsTheConnectionAndWhatIsBehindWaits(String type) throws Exception {
    host.channel().queueDeclare(QUEUE, true, false, false, Map.of("x-queue-type", type));
    host.publish("", QUEUE, new BasicProperties(), new byte[LIMIT + 1]);
    host.publish("", QUEUE, new BasicProperties(), "good".getBytes(UTF_8));

    for (int connections = 0; connections < 3; connections++) {
      assertThat(takeUntilTheEnd()).isEmpty();
      await().until(() -> host.ready(QUEUE) == 2);
    }
  }
}

package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.intake.DeadLetter;
import io.appserver.orchestrator.intake.DeadLetterException;
import io.appserver.orchestrator.intake.DeadLetters;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes dead letters, one at a time, each confirmed. Has a connection of its own, opened with
 * the first letter: a broker short of memory or disk stops reading from those that publish, and the
 * consumers must not stand still with it.
 */
@Singleton
public class DeadLetterPublisher implements DeadLetters {

  /** A confirm takes milliseconds; a quorum queue that elects a leader, seconds. */
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(10);

  private static final int CLOSE_TIMEOUT_MILLIS = 2000;

  private static final Logger LOG = Logger.getLogger(DeadLetterPublisher.class.getName());

  private final BrokerConnections connections;
  private final Topology topology;
  private final AtomicReference<String> returned = new AtomicReference<>("");
  private volatile String blocked = "";
  private volatile String trouble = "";
  private volatile @Nullable Connection connection;
  private @Nullable Channel channel;

  @Inject
  public DeadLetterPublisher(BrokerConnections connections, Settings settings) {
    this.connections = connections;
    this.topology = new Topology(settings.broker().queueType());
  }

  @Override
  public synchronized void publish(DeadLetter letter) {
    try {
      Channel open = open();
      try {
        send(open, letter);
      } catch (IllegalArgumentException e) {
        LOG.warning(
            "A dead letter goes without its sender's headers: with ours they are too large.");
        open.abort(); // it waits for the confirm of what was never sent
        send(open(), letter.withoutForeignHeaders());
      }
      trouble = "";
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(e);
    }
  }

  /** What keeps dead letters from being published, in words; empty while nothing does. */
  String trouble() {
    return trouble;
  }

  /**
   * Ends its connection, and with it a publication that hangs. The next letter opens another one.
   */
  void close() {
    Connection open = connection; // without the lock, which a hanging publication holds
    if (open != null) {
      open.abort(CLOSE_TIMEOUT_MILLIS);
    }
  }

  private void send(Channel open, DeadLetter letter)
      throws IOException, InterruptedException, TimeoutException {
    if (!blocked.isEmpty()) {
      throw new IOException("the broker takes no messages: " + blocked);
    }
    returned.set("");
    open.basicPublish(
        Topology.DEAD_LETTERS,
        letter.kind().routingKey(),
        true,
        Deliveries.properties(letter),
        letter.body().bytes());
    boolean confirmed = open.waitForConfirms(CONFIRM_TIMEOUT.toMillis());
    if (!returned.get().isEmpty()) { // comes before the confirm
      throw new IOException("no queue takes dead letters: " + returned.get());
    }
    if (!confirmed) {
      throw new IOException("the broker refused the dead letter");
    }
  }

  private Channel open() throws IOException, TimeoutException {
    Channel present = channel;
    if (present != null && present.isOpen()) {
      return present;
    }
    Connection opened = connection;
    if (opened == null || !opened.isOpen()) {
      opened = connections.open("dead letters");
      connection = opened;
      blocked = "";
      opened.addBlockedListener(reason -> blocked = reason, () -> blocked = "");
      topology.ensure(opened);
    }
    Channel fresh = opened.createChannel();
    if (fresh == null) {
      throw new IOException("the broker allows no further channel");
    }
    fresh.confirmSelect();
    fresh.addReturnListener(message -> returned.set(message.getReplyText()));
    channel = fresh;
    return fresh;
  }

  /**
   * Begins afresh next time: what is declared may be gone, what was sent may still be confirmed.
   */
  private DeadLetterException failed(Exception e) {
    channel = null;
    close();
    connection = null;
    trouble = "dead letters cannot be published: " + Reasons.of(e);
    return new DeadLetterException(trouble, e);
  }
}

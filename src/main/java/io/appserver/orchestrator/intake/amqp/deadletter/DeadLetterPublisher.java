package io.appserver.orchestrator.intake.amqp.deadletter;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.BrokerErrors;
import io.appserver.orchestrator.intake.amqp.ConfirmingChannel;
import io.appserver.orchestrator.intake.amqp.Deliveries;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.deadletter.DeadLetter;
import io.appserver.orchestrator.intake.deadletter.DeadLetterException;
import io.appserver.orchestrator.intake.deadletter.DeadLetters;
import io.appserver.orchestrator.intake.deadletter.RefusedLetterException;
import io.appserver.orchestrator.intake.event.BrokerNames;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Publishes dead letters, one at a time, each confirmed. Has a connection of its own, opened with
 * the first letter: a broker short of memory or disk stops reading from those that publish, and the
 * consumers must not stand still with it.
 */
@Singleton
public class DeadLetterPublisher implements DeadLetters {

  /**
   * With which the broker closes a channel or a connection because of what was sent on it: content
   * too large, precondition failed, frame error, syntax error, unexpected frame.
   */
  private static final Set<Integer> REFUSALS =
      Set.of(311, AMQP.PRECONDITION_FAILED, AMQP.FRAME_ERROR, AMQP.SYNTAX_ERROR, 505);

  private static final int CLOSE_TIMEOUT_MILLIS = 2000;

  private static final Logger LOG = Logger.getLogger(DeadLetterPublisher.class.getName());

  private final BrokerConnections connections;
  private final Topology topology;
  private volatile String trouble = "";
  private volatile @Nullable Connection connection;
  private @Nullable ConfirmingChannel channel;

  @Inject
  public DeadLetterPublisher(BrokerConnections connections, Settings settings) {
    this.connections = connections;
    this.topology = new Topology(settings.broker().queueType());
  }

  @Override
  public synchronized void publish(DeadLetter letter) {
    try {
      ConfirmingChannel open = open();
      try {
        send(open, letter);
      } catch (IllegalArgumentException e) {
        LOG.warning(
            "A dead letter goes without its sender's headers: with ours they are too large.");
        open.abort(); // it waits for the confirm of what was never sent
        send(open(), letter.withoutForeignHeaders());
      }
      trouble = "";
    } catch (IllegalArgumentException e) {
      throw refused(e);
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw REFUSALS.contains(BrokerErrors.replyCode(e)) ? refused(e) : failed(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(e);
    }
  }

  /** What keeps dead letters from being published, in words; empty while nothing does. */
  public String trouble() {
    return trouble;
  }

  @Override
  public boolean troubled() {
    return !trouble.isEmpty();
  }

  @Override
  public synchronized void tryAgain() {
    try {
      open();
      trouble = "";
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      LOG.log(Level.FINE, e, () -> "dead letters still cannot be published");
      reset();
    }
  }

  /**
   * Ends its connection, and with it a publication that hangs. The next letter opens another one.
   */
  public void close() {
    Connection open = connection; // without the lock, which a hanging publication holds
    if (open != null) {
      open.abort(CLOSE_TIMEOUT_MILLIS);
    }
  }

  private static void send(ConfirmingChannel open, DeadLetter letter)
      throws IOException, InterruptedException, TimeoutException {
    open.send(
        BrokerNames.DEAD_LETTERS,
        letter.kind().routingKey(),
        Deliveries.properties(letter),
        letter.body().bytes());
  }

  private ConfirmingChannel open() throws IOException, TimeoutException {
    ConfirmingChannel present = channel;
    if (present != null && present.isOpen()) {
      return present;
    }
    Connection opened = connection;
    if (opened == null || !opened.isOpen()) {
      opened = connections.open("dead letters");
      connection = opened;
      topology.ensure(opened);
    }
    var fresh = new ConfirmingChannel(opened);
    channel = fresh;
    return fresh;
  }

  /**
   * Begins afresh next time: what is declared may be gone, what was sent may still be confirmed.
   */
  private DeadLetterException failed(Exception e) {
    reset();
    trouble = "dead letters cannot be published: " + BrokerErrors.of(e);
    return new DeadLetterException(trouble, e);
  }

  private RefusedLetterException refused(Exception e) {
    reset();
    return new RefusedLetterException(
        "this dead letter cannot be published: " + BrokerErrors.of(e), e);
  }

  private void reset() {
    channel = null;
    close();
    connection = null;
  }
}

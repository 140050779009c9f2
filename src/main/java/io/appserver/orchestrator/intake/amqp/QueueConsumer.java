package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.DeadLetter;
import io.appserver.orchestrator.intake.DeadLetterException;
import io.appserver.orchestrator.intake.DeadLetters;
import io.appserver.orchestrator.intake.EventKind;
import io.appserver.orchestrator.intake.Faults;
import io.appserver.orchestrator.intake.Handling;
import io.appserver.orchestrator.intake.IntakeObserver;
import io.appserver.orchestrator.intake.Message;
import io.appserver.orchestrator.intake.Reception;
import io.appserver.orchestrator.intake.RejectionCode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;

/**
 * Consumes one queue on a channel of its own. A message is acknowledged once it is kept, or is a
 * confirmed dead letter; until then it is held here and tried again, so that nothing goes round
 * between here and the broker.
 */
final class QueueConsumer extends DefaultConsumer {

  /**
   * One message at a time: a message may be large, and what has been fetched is all in memory.
   * Events come at the pace of people installing apps.
   */
  private static final int PREFETCH = 1;

  /** So often a message is tried that fails by itself. */
  private static final int MOST_ATTEMPTS = 5;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private static final Logger LOG = Logger.getLogger(QueueConsumer.class.getName());

  private final Session session;
  private final EventKind kind;
  private final Reception reception;
  private final DeadLetters deadLetters;
  private final Iterable<IntakeObserver> observers;
  private final Semaphore idle = new Semaphore(1);
  private volatile Optional<String> tag = Optional.empty();
  private volatile int stuck;

  QueueConsumer(
      Session session,
      Connection connection,
      EventKind kind,
      Reception reception,
      DeadLetters deadLetters,
      Iterable<IntakeObserver> observers)
      throws IOException {
    super(channel(connection));
    this.session = session;
    this.kind = kind;
    this.reception = reception;
    this.deadLetters = deadLetters;
    this.observers = observers;
  }

  private static Channel channel(Connection connection) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    channel.basicQos(PREFETCH);
    return channel;
  }

  void consume() throws IOException {
    tag = Optional.of(getChannel().basicConsume(Topology.queue(kind), false, this));
  }

  void cancel() throws IOException {
    Optional<String> active = tag;
    tag = Optional.empty();
    if (active.isPresent()) {
      getChannel().basicCancel(active.get());
    }
  }

  boolean consuming() {
    return tag.isPresent() && getChannel().isOpen();
  }

  /** Whether no message is being handled, or none is after that long. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    if (idle.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      idle.release();
      return true;
    }
    return false;
  }

  @Override
  public void handleCancel(String consumerTag) {
    tag = Optional.empty();
    session.report(Session.Trouble.CANCELLED);
  }

  @Override
  public void handleShutdownSignal(String consumerTag, ShutdownSignalException cause) {
    tag = Optional.empty();
    session.report(Session.Trouble.CLOSED);
  }

  @Override
  public void handleDelivery(
      String consumerTag, Envelope envelope, BasicProperties properties, byte[] body)
      throws IOException {
    idle.acquireUninterruptibly();
    try {
      if (envelope.isRedeliver()) {
        observers.forEach(observer -> observer.redelivered(kind));
      }
      OptionalLong thrownAway = LimitedFrames.thrownAway(properties);
      if (thrownAway.isPresent()) {
        reject(envelope.getDeliveryTag(), thrownAway.getAsLong());
        return;
      }
      settle(envelope.getDeliveryTag(), Deliveries.message(kind, envelope, properties, body));
    } catch (ShutdownSignalException e) {
      LOG.fine(() -> "The channel ended under a message; it will be delivered again.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // not acknowledged: it goes back when the channel ends
    } finally {
      idle.release();
    }
  }

  /**
   * Messages of this queue that are held, unacknowledged, because nothing can be done with them.
   */
  int stuck() {
    return stuck;
  }

  /** It did not reach us whole, so the broker itself has to move it on. */
  private void reject(long delivery, long size) throws IOException {
    String queue = Topology.queue(kind);
    if (session.rejectedGoToDeadLetters(kind)) {
      getChannel().basicReject(delivery, false);
      LOG.warning(() ->
          "A message of %d bytes in %s is too large, or its headers cannot be read; the broker moved it to the dead letters."
              .formatted(size, queue));
      observers.forEach(observer -> observer.received(kind, RejectionCode.TOO_LARGE.code()));
      observers.forEach(observer -> observer.deadLettered(RejectionCode.TOO_LARGE.code()));
      return;
    }
    LOG.severe(() ->
        ("A message of %d bytes in %s is too large, or its headers cannot be read, and the queue, which was not declared"
                + " by the orchestrator, may have no dead letters: it stays there until somebody takes it out.")
            .formatted(size, queue));
    // It takes up the place of the one message we ask for; the limit holds for consumers begun
    // after it is set.
    int held = stuck + 1;
    stuck = held;
    cancel();
    getChannel().basicQos(PREFETCH + held);
    consume();
  }

  private void settle(long delivery, Message message) throws IOException, InterruptedException {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      try {
        switch (reception.handle(message)) {
          case Handling.Taken(var intake) -> getChannel().basicAck(delivery, false);
          case Handling.Refused(var code, var words) ->
              bury(delivery, message, code, words, attempt);
        }
        return;
      } catch (ShutdownSignalException e) {
        throw e;
      } catch (RuntimeException e) {
        if (!reception.databaseAnswers()) {
          stepBack(delivery);
          return;
        }
        int failed = attempt;
        LOG.warning(() ->
            "An event from %s could not be kept, attempt %d of %d: %s"
                .formatted(message.queue(), failed, MOST_ATTEMPTS, Faults.describe(e)));
        if (attempt == MOST_ATTEMPTS) {
          observers.forEach(
              observer -> observer.received(kind, RejectionCode.INTERNAL_ERROR.code()));
          bury(
              delivery,
              message,
              RejectionCode.INTERNAL_ERROR,
              "the orchestrator failed on this message %d times; its log says how"
                  .formatted(attempt),
              attempt);
          return;
        }
        if (!session.pause(pause)) {
          return;
        }
        pause = pause.multipliedBy(2);
      }
    }
  }

  /**
   * The database is away: the message goes back once, and no other is taken until the session says
   * so.
   */
  private void stepBack(long delivery) throws IOException {
    cancel();
    getChannel().basicNack(delivery, false, true);
    session.report(Session.Trouble.DATABASE);
  }

  private void bury(long delivery, Message message, RejectionCode code, String words, int attempts)
      throws IOException, InterruptedException {
    var letter = DeadLetter.of(message, code.code(), words, attempts, Instant.now());
    if (publish(letter)) {
      getChannel().basicAck(delivery, false);
      LOG.warning(() ->
          "An event from %s is a dead letter: %s, %s."
              .formatted(message.queue(), code.code(), words));
      observers.forEach(observer -> observer.deadLettered(code.code()));
    }
  }

  /** Tries until the broker has it; false if the session ends before. */
  private boolean publish(DeadLetter letter) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        deadLetters.publish(letter);
        return true;
      } catch (DeadLetterException e) {
        LOG.warning(() -> "An event stays unacknowledged: " + e.getMessage());
      }
      if (!session.pause(pause)) {
        return false;
      }
      Duration doubled = pause.multipliedBy(2);
      pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
  }
}

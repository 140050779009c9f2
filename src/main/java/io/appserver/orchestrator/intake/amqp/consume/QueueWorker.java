package io.appserver.orchestrator.intake.amqp.consume;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.EventIntake;
import io.appserver.orchestrator.intake.IntakeResult;
import io.appserver.orchestrator.intake.amqp.BoundedFrameHandler;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.amqp.consume.QueueConsumer.Pace;
import io.appserver.orchestrator.intake.deadletter.DeadLetters;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.event.RejectionCode;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Takes in what one queue brings, as much at a time as is there. A message is acknowledged once it
 * is kept, or is a confirmed dead letter; until then it is held here and tried again, so that
 * nothing goes round between here and the broker.
 */
final class QueueWorker implements Runnable, QueueConsumer.Observation {

  /** Kept in one transaction: short enough for the looks that wait for its rows. */
  private static final int LARGEST_BATCH = 100;

  private static final Logger LOG = Logger.getLogger(QueueWorker.class.getName());

  private final ConsumerSession session;
  private final EventKind kind;
  private final EventIntake intake;
  private final Iterable<IntakeObserver> observers;
  private final DeliveryBuffer deliveries = new DeliveryBuffer();
  private final QueueConsumer consumer;
  private final DeadLettering deadLettering;

  /** How many messages are still to come one at a time. */
  private int singly;

  QueueWorker(
      ConsumerSession session,
      Connection connection,
      EventKind kind,
      EventIntake intake,
      DeadLetters deadLetters,
      OutboxStore outbox,
      Iterable<IntakeObserver> observers)
      throws IOException {
    this.session = session;
    this.kind = kind;
    this.intake = intake;
    this.observers = observers;
    this.deadLettering = new DeadLettering(session, deadLetters, outbox, observers);
    this.consumer = new QueueConsumer(connection, kind, deliveries, this);
  }

  QueueConsumer consumer() {
    return consumer;
  }

  /** Takes nothing more; what is being handled may end. */
  void finish() {
    deliveries.close();
  }

  /** Whether nothing is being handled or waits for it, or does not after that long. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    return deliveries.awaitIdle(atMost);
  }

  @Override
  public void run() {
    try {
      List<Delivery> batch = deliveries.take(LARGEST_BATCH);
      while (!batch.isEmpty()) {
        handle(batch);
        batch = deliveries.take(LARGEST_BATCH);
      }
    } catch (ShutdownSignalException | IOException e) {
      LOG.fine(() -> "The channel ended under a message; it will be delivered again.");
      session.abort(); // it may have been another channel
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // not acknowledged: it goes back when the channel ends
    } catch (RuntimeException e) {
      LOG.log(
          Level.SEVERE, "Handling events failed unexpectedly; the connection is opened anew.", e);
      session.abort();
    } catch (Error e) {
      LOG.log(Level.SEVERE, "Handling events ended in an error; the connection is opened anew.", e);
      session.abort();
    } finally {
      deliveries.abandon();
    }
  }

  private void handle(List<Delivery> batch) throws IOException, InterruptedException {
    int dealtWith = 0;
    while (dealtWith < batch.size()) {
      List<Delivery> alike = alike(batch.subList(dealtWith, batch.size()));
      Delivery first = alike.getFirst();
      boolean goesOn;
      if (first.cut().isPresent()) {
        goesOn = handleCut(first, first.cut().get());
      } else {
        goesOn = first.again() ? settleAgain(alike) : settle(alike);
      }
      if (!goesOn) {
        return;
      }
      dealtWith += alike.size();
    }
    speedUp(batch.size());
  }

  /** The first of them, and those behind it that are dealt with together with it. */
  private static List<Delivery> alike(List<Delivery> rest) {
    Delivery first = rest.getFirst();
    return first.cut().isPresent()
        ? List.of(first)
        : rest.stream()
            .takeWhile(each -> each.cut().isEmpty() && each.again() == first.again())
            .toList();
  }

  /** Returns whether it goes on with what came behind it. */
  private boolean handleCut(Delivery delivery, BoundedFrameHandler.Cut cut)
      throws IOException, InterruptedException {
    boolean comesWholeByItself =
        cut.headersWithheld()
            || (!cut.headersLost() && cut.size() <= BoundedFrameHandler.LARGEST_BODY);
    if (comesWholeByItself) {
      slowDown(); // brings it and the rest of the batch again
      return false;
    }
    reject(delivery, cut.size());
    return true;
  }

  /**
   * They were delivered before, perhaps to a process that one of them brought to its end. Whoever
   * begins with them counts that, and takes it back in the end. If they were begun twice without an
   * end, each is begun by itself; what was begun too often is parked among the dead letters.
   */
  private boolean settleAgain(List<Delivery> batch) throws IOException, InterruptedException {
    List<Message> messages = batch.stream().map(Delivery::message).toList();
    int begun;
    try {
      boolean suspect = batch.size() > 1 && intake.mostBegun(messages) > 1;
      begun = suspect ? 0 : intake.begin(messages);
    } catch (RuntimeException e) {
      if (!intake.databaseAnswers()) {
        stepBack();
        return false;
      }
      LOG.warning(() -> "Redeliveries could not be counted: " + SafeExceptionText.describe(e));
      begun = 1;
    }
    if (begun == 0) {
      return settleAgainOneByOne(batch);
    }
    boolean goesOn;
    try {
      goesOn =
          (batch.size() == 1 && begun > DeadLettering.MOST_ATTEMPTS)
              ? conclude(batch, List.of(DeadLettering.endedTheProcess(begun - 1)), begun - 1)
              : settle(batch);
    } catch (IOException | InterruptedException e) {
      intake.end(messages); // that was not their doing
      throw e;
    }
    intake.end(messages);
    return goesOn;
  }

  private boolean settleAgainOneByOne(List<Delivery> batch)
      throws IOException, InterruptedException {
    for (Delivery delivery : batch) {
      if (!settleAgain(List.of(delivery))) {
        return false;
      }
    }
    return true;
  }

  /** All that had to come by itself has come: more is asked for at a time. */
  private void speedUp(int handled) throws IOException {
    singly -= handled;
    if (consumer.pace() == Pace.SINGLY && singly <= 0) {
      consumer.consume(Pace.IN_BATCHES);
    }
  }

  /** One is too large to be one of many: it and what came behind it come again, one by one. */
  private void slowDown() throws IOException, InterruptedException {
    singly = consumer.putBack();
    consumer.consume(Pace.SINGLY);
  }

  /**
   * The database is away: what came goes back once, and no more is taken until the session says so.
   */
  private void stepBack() throws IOException, InterruptedException {
    consumer.cancel();
    consumer.putBack();
    session.report(ConsumerSession.Trouble.DATABASE);
  }

  /** It cannot be had whole, so the broker itself has to move it on. */
  private void reject(Delivery delivery, long size) throws IOException {
    String queue = Topology.queue(kind);
    if (session.rejectedGoToDeadLetters(kind)) {
      consumer.reject(delivery.tag());
      LOG.warning(() ->
          "A message of %d bytes in %s is too large, or its headers cannot be read; the broker moved it to the dead letters."
              .formatted(size, queue));
      observers.forEach(observer -> observer.received(kind, RejectionCode.TOO_LARGE.code()));
      observers.forEach(observer -> observer.deadLettered(RejectionCode.TOO_LARGE.code()));
      return;
    }
    LOG.severe(() ->
        ("A message of %d bytes in %s is too large, or its headers cannot be read, and the queue,"
                + " which was not declared by the orchestrator, may have no dead letters: it stays"
                + " there until somebody takes it out.")
            .formatted(size, queue));
    consumer.hold(delivery.tag());
  }

  /** All of them at once; one by one if that fails. Returns whether it goes on. */
  private boolean settle(List<Delivery> batch) throws IOException, InterruptedException {
    if (batch.size() == 1) {
      return insist(batch.getFirst(), 1);
    }
    List<IntakeResult> handlings;
    try {
      handlings = intake.handle(batch.stream().map(Delivery::message).toList());
    } catch (RuntimeException e) {
      if (!intake.databaseAnswers()) {
        stepBack();
        return false;
      }
      LOG.warning(() ->
          "%d events from %s could not be kept together; each is tried by itself: %s"
              .formatted(batch.size(), Topology.queue(kind), SafeExceptionText.describe(e)));
      return settleOneByOne(batch);
    }
    return conclude(batch, handlings, 1);
  }

  /** Those that fail are tried again only after the others: they hold nobody up. */
  private boolean settleOneByOne(List<Delivery> batch) throws IOException, InterruptedException {
    var failed = new ArrayList<Delivery>();
    for (Delivery delivery : batch) {
      switch (attempt(delivery, 1)) {
        case SETTLED -> {}
        case FAILED -> failed.add(delivery);
        case BROKEN_OFF -> {
          return false;
        }
      }
    }
    for (Delivery delivery : failed) {
      if (!session.pause(DeadLettering.FIRST_PAUSE) || !insist(delivery, 2)) {
        return false;
      }
    }
    return true;
  }

  /** Tries until it is kept or buried; false if it must go back. */
  private boolean insist(Delivery delivery, int firstAttempt)
      throws IOException, InterruptedException {
    Duration pause = DeadLettering.FIRST_PAUSE;
    for (int attempt = firstAttempt; ; attempt++) {
      switch (attempt(delivery, attempt)) {
        case SETTLED -> {
          return true;
        }
        case BROKEN_OFF -> {
          return false;
        }
        case FAILED -> {
          if (!session.pause(pause)) {
            return false;
          }
          pause = pause.multipliedBy(2);
        }
      }
    }
  }

  private enum Attempt {
    SETTLED,
    FAILED,
    /** The session ends, or the database is away. */
    BROKEN_OFF
  }

  private Attempt attempt(Delivery delivery, int number) throws IOException, InterruptedException {
    Message message = delivery.message();
    List<IntakeResult> handlings;
    try {
      handlings = intake.handle(List.of(message));
    } catch (RuntimeException e) {
      if (!intake.databaseAnswers()) {
        stepBack();
        return Attempt.BROKEN_OFF;
      }
      LOG.warning(() ->
          "An event from %s could not be kept, attempt %d of %d: %s"
              .formatted(
                  message.queue(),
                  number,
                  DeadLettering.MOST_ATTEMPTS,
                  SafeExceptionText.describe(e)));
      if (number < DeadLettering.MOST_ATTEMPTS) {
        return Attempt.FAILED;
      }
      observers.forEach(observer -> observer.received(kind, RejectionCode.INTERNAL_ERROR.code()));
      handlings = List.of(DeadLettering.failedTooOften(number));
    }
    return conclude(List.of(delivery), handlings, number) ? Attempt.SETTLED : Attempt.BROKEN_OFF;
  }

  /** Acknowledges what is kept, and then buries what is refused; false if the session ends. */
  private boolean conclude(List<Delivery> batch, List<IntakeResult> handlings, int attempts)
      throws IOException, InterruptedException {
    var kept = new ArrayList<Long>();
    for (int i = 0; i < batch.size(); i++) {
      if (handlings.get(i) instanceof IntakeResult.Taken) {
        kept.add(batch.get(i).tag());
      }
    }
    consumer.acknowledge(kept);
    for (int i = 0; i < batch.size(); i++) {
      if (handlings.get(i) instanceof IntakeResult.Refused refused) {
        Delivery delivery = batch.get(i);
        if (!deadLettering.bury(delivery.message(), refused, attempts)) {
          return false;
        }
        consumer.acknowledge(List.of(delivery.tag()));
      }
    }
    return true;
  }

  @Override
  public void redelivered() {
    observers.forEach(observer -> observer.redelivered(kind));
  }

  @Override
  public void cancelled() {
    session.report(ConsumerSession.Trouble.CANCELLED);
  }

  @Override
  public void closed() {
    session.report(ConsumerSession.Trouble.CLOSED);
  }
}

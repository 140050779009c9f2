package io.appserver.orchestrator.intake.amqp.consume;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.EventIntake;
import io.appserver.orchestrator.intake.amqp.BoundedFrameHandler;
import io.appserver.orchestrator.intake.amqp.consume.QueueConsumer.Pace;
import io.appserver.orchestrator.intake.deadletter.DeadLetters;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import io.appserver.orchestrator.intake.event.BrokerNames;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.intake.event.RejectionCode;
import java.io.IOException;
import java.time.Duration;
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
  private final Iterable<IntakeObserver> observers;
  private final DeliveryBuffer deliveries = new DeliveryBuffer();
  private final QueueConsumer consumer;
  private final DeliverySettlement settlement;
  private final Redeliveries redeliveries;

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
    this.observers = observers;
    this.consumer = new QueueConsumer(connection, kind, deliveries, this);
    this.settlement =
        new DeliverySettlement(
            session,
            consumer,
            intake,
            new DeadLettering(session, deadLetters, outbox, observers),
            observers);
    this.redeliveries = new Redeliveries(intake, settlement);
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
        goesOn = first.again() ? redeliveries.settle(alike) : settlement.settle(alike);
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

  /** It cannot be had whole, so the broker itself has to move it on. */
  private void reject(Delivery delivery, long size) throws IOException {
    String queue = BrokerNames.queue(kind);
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

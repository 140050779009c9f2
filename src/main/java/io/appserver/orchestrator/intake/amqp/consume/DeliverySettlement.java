package io.appserver.orchestrator.intake.amqp.consume;

import io.appserver.orchestrator.intake.EventIntake;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.intake.event.IntakeResult;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.event.Rejected;
import io.appserver.orchestrator.intake.event.RejectionCode;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;

/**
 * Has messages kept, tries again those that fail by themselves, and acknowledges each that is kept
 * or buried.
 */
final class DeliverySettlement {

  private static final Logger LOG = Logger.getLogger(DeliverySettlement.class.getName());

  private final ConsumerSession session;
  private final QueueConsumer consumer;
  private final EventIntake intake;
  private final DeadLettering deadLettering;
  private final Iterable<IntakeObserver> observers;

  private enum Attempt {
    SETTLED,
    FAILED,
    /** The session ends, or the database is away. */
    BROKEN_OFF
  }

  DeliverySettlement(
      ConsumerSession session,
      QueueConsumer consumer,
      EventIntake intake,
      DeadLettering deadLettering,
      Iterable<IntakeObserver> observers) {
    this.session = session;
    this.consumer = consumer;
    this.intake = intake;
    this.deadLettering = deadLettering;
    this.observers = observers;
  }

  /** All of them at once; one by one if that fails. Returns whether it goes on. */
  boolean settle(List<Delivery> batch) throws IOException, InterruptedException {
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
              .formatted(
                  batch.size(), batch.getFirst().message().queue(), SafeExceptionText.describe(e)));
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
          pause = DeadLettering.PAUSES.next(pause);
        }
      }
    }
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
      observers.forEach(
          observer -> observer.received(message.kind(), RejectionCode.INTERNAL_ERROR.code()));
      handlings = List.of(DeadLettering.failedTooOften(number));
    }
    return conclude(List.of(delivery), handlings, number) ? Attempt.SETTLED : Attempt.BROKEN_OFF;
  }

  /** Acknowledges what is kept, and then buries what is rejected; false if the session ends. */
  boolean conclude(List<Delivery> batch, List<IntakeResult> handlings, int attempts)
      throws IOException, InterruptedException {
    var kept = new ArrayList<Long>();
    for (int i = 0; i < batch.size(); i++) {
      if (handlings.get(i) instanceof IntakeResult.Taken) {
        kept.add(batch.get(i).tag());
      }
    }
    consumer.acknowledge(kept);
    for (int i = 0; i < batch.size(); i++) {
      if (handlings.get(i) instanceof Rejected rejected) {
        Delivery delivery = batch.get(i);
        if (!deadLettering.bury(delivery.message(), rejected, attempts)) {
          return false;
        }
        consumer.acknowledge(List.of(delivery.tag()));
      }
    }
    return true;
  }

  /**
   * The database is away: what came goes back once, and no more is taken until the session says so.
   */
  void stepBack() throws IOException, InterruptedException {
    consumer.cancel();
    consumer.putBack();
    session.report(ConsumerSession.Trouble.DATABASE);
  }
}

package io.appserver.orchestrator.intake.amqp.consume;

import io.appserver.orchestrator.failure.Backoff;
import io.appserver.orchestrator.failure.StorableText;
import io.appserver.orchestrator.intake.deadletter.DeadLetter;
import io.appserver.orchestrator.intake.deadletter.DeadLetterException;
import io.appserver.orchestrator.intake.deadletter.DeadLetters;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.event.Rejected;
import io.appserver.orchestrator.intake.event.RejectionCode;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Logger;

/** Makes dead letters of messages that cannot be taken. */
final class DeadLettering {

  static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  /** So often a message is tried that fails by itself. */
  static final int MOST_ATTEMPTS = 5;

  static final Backoff PAUSES = new Backoff(FIRST_PAUSE, Duration.ofSeconds(30));

  private static final Logger LOG = Logger.getLogger(DeadLettering.class.getName());

  private final ConsumerSession session;
  private final DeadLetters deadLetters;
  private final OutboxStore outbox;
  private final Iterable<IntakeObserver> observers;

  DeadLettering(
      ConsumerSession session,
      DeadLetters deadLetters,
      OutboxStore outbox,
      Iterable<IntakeObserver> observers) {
    this.session = session;
    this.deadLetters = deadLetters;
    this.outbox = outbox;
    this.observers = observers;
  }

  static Rejected failedTooOften(int attempts) {
    return new Rejected(
        RejectionCode.INTERNAL_ERROR,
        "the orchestrator failed on this message %d times; its log says how".formatted(attempts));
  }

  static Rejected endedTheProcess(int times) {
    return new Rejected(
        RejectionCode.INTERNAL_ERROR,
        "the orchestrator ended %d times while it took this message in; its log may say how"
            .formatted(times));
  }

  /**
   * Hands the dead letter to the broker. While that does not take it, and while it does not take
   * others, it is put into the outbox: nothing behind it waits. Where that fails too it is tried
   * again; false if the session ends before.
   */
  boolean bury(Message message, Rejected rejected, int attempts) throws InterruptedException {
    String code = rejected.code().code();
    DeadLetter letter = DeadLetter.of(message, code, rejected.message(), attempts, Instant.now());
    Duration pause = FIRST_PAUSE;
    while (!published(letter) && !putAside(letter)) {
      if (!session.pause(pause)) {
        return false;
      }
      pause = PAUSES.next(pause);
    }
    LOG.warning(() ->
        "An event from %s is a dead letter: %s, %s."
            .formatted(message.queue(), code, rejected.message()));
    return true;
  }

  private boolean published(DeadLetter letter) {
    if (deadLetters.troubled()) {
      return false;
    }
    try {
      deadLetters.publish(letter);
      observers.forEach(observer -> observer.deadLettered(letter.reason()));
      return true;
    } catch (DeadLetterException e) {
      LOG.warning(() -> "A dead letter is put into the outbox: " + e.getMessage());
      return false;
    }
  }

  private boolean putAside(DeadLetter letter) {
    try {
      try {
        outbox.put(letter);
      } catch (RuntimeException e) {
        if (!StorableText.refused(e)) {
          throw e;
        }
        LOG.warning("A dead letter goes without its sender's headers: they cannot be stored.");
        outbox.put(letter.withoutForeignHeaders());
      }
      return true;
    } catch (RuntimeException e) {
      LOG.warning(() -> "An event stays unacknowledged: " + SafeExceptionText.describe(e));
      return false;
    }
  }
}

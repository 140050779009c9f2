package io.appserver.orchestrator.intake.amqp;

import io.appserver.orchestrator.intake.DeadLetter;
import io.appserver.orchestrator.intake.DeadLetterException;
import io.appserver.orchestrator.intake.DeadLetters;
import io.appserver.orchestrator.intake.Handling;
import io.appserver.orchestrator.intake.IntakeObserver;
import io.appserver.orchestrator.intake.Message;
import io.appserver.orchestrator.intake.RejectionCode;
import java.time.Duration;
import java.time.Instant;
import java.util.logging.Logger;

/** Makes dead letters of messages that cannot be taken, for as long as the session goes on. */
final class Burial {

  static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  /** So often a message is tried that fails by itself. */
  static final int MOST_ATTEMPTS = 5;

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private static final Logger LOG = Logger.getLogger(Burial.class.getName());

  private final Session session;
  private final DeadLetters deadLetters;
  private final Iterable<IntakeObserver> observers;

  Burial(Session session, DeadLetters deadLetters, Iterable<IntakeObserver> observers) {
    this.session = session;
    this.deadLetters = deadLetters;
    this.observers = observers;
  }

  static Handling.Refused failedTooOften(int attempts) {
    return new Handling.Refused(
        RejectionCode.INTERNAL_ERROR,
        "the orchestrator failed on this message %d times; its log says how".formatted(attempts));
  }

  /** Tries until the broker has the dead letter; false if the session ends before. */
  boolean bury(Message message, Handling.Refused refused, int attempts)
      throws InterruptedException {
    String code = refused.code().code();
    if (!publish(DeadLetter.of(message, code, refused.message(), attempts, Instant.now()))) {
      return false;
    }
    LOG.warning(() ->
        "An event from %s is a dead letter: %s, %s."
            .formatted(message.queue(), code, refused.message()));
    observers.forEach(observer -> observer.deadLettered(code));
    return true;
  }

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

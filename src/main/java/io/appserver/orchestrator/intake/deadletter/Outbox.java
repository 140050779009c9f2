package io.appserver.orchestrator.intake.deadletter;

import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.intake.store.SafeExceptionText;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Publishes the dead letters of failed deployments, and those that the consumers could not hand to
 * the broker: each at least once, with the id of its row as message id.
 */
@Singleton
public class Outbox {

  /** How often {@link #publishAll()} is to be called. */
  public static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger LOG = Logger.getLogger(Outbox.class.getName());

  /**
   * Well over what a publication may take; after it another instance takes over what a crashed one
   * left.
   */
  private static final Duration RESERVED = Duration.ofMinutes(1);

  private final OutboxStore store;
  private final DeadLetters deadLetters;
  private final Iterable<IntakeObserver> observers;
  private boolean troubled;

  @Inject
  public Outbox(
      OutboxStore store, DeadLetters deadLetters, @Any Instance<IntakeObserver> observers) {
    this(store, deadLetters, (Iterable<IntakeObserver>) observers);
  }

  public Outbox(OutboxStore store, DeadLetters deadLetters, Iterable<IntakeObserver> observers) {
    this.store = store;
    this.deadLetters = deadLetters;
    this.observers = observers;
  }

  /**
   * Publishes what is there. Never throws: a schedule would end with it. Not to be called from two
   * threads at once.
   */
  public void publishAll() {
    try {
      while (publishOne()) {
        // until it is empty, or fails
      }
      if (troubled) {
        troubled = false;
        LOG.info("Dead letters are published again.");
      }
    } catch (RuntimeException e) {
      LOG.log(
          troubled ? Level.FINE : Level.WARNING,
          () -> "Dead letters cannot be published; they are kept and tried again: " + words(e));
      troubled = true;
    }
  }

  private static String words(RuntimeException e) {
    return e instanceof DeadLetterException
        ? String.valueOf(e.getMessage())
        : SafeExceptionText.describe(e);
  }

  private boolean publishOne() {
    Optional<OutboxEntry> taken = store.takeFromOutbox(RESERVED);
    if (taken.isEmpty()) {
      if (deadLetters.troubled()) {
        deadLetters.tryAgain(); // another instance has published what it failed on
      }
      return false;
    }
    OutboxEntry entry = taken.get();
    try {
      deadLetters.publish(entry.letter());
    } catch (RefusedLetterException e) {
      store.putOff(entry.intake(), String.valueOf(e.getMessage()));
      LOG.warning(() ->
          "The dead letter %s is put off, the others go on: %s"
              .formatted(entry.intake(), e.getMessage()));
      return true;
    } catch (DeadLetterException e) {
      store.giveBack(entry.intake());
      throw e;
    }
    store.published(entry.intake());
    observers.forEach(observer -> observer.deadLettered(entry.letter().reason()));
    return true;
  }
}

package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.intake.DeadLetterBox;
import io.appserver.orchestrator.intake.amqp.EventConsumer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/** How many dead letters there are, as the broker said a moment ago: nobody waits for it. */
@Singleton
class DeadLetterCount {

  private static final Logger LOG = Logger.getLogger(DeadLetterCount.class.getName());

  private static final Duration FRESH = Duration.ofSeconds(5);

  private final DeadLetterBox box;
  private final EventConsumer consumer;
  private final ExecutorService executor;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile OptionalInt known = OptionalInt.empty();
  private volatile long askedAt = System.nanoTime() - FRESH.toNanos();

  @Inject
  DeadLetterCount(DeadLetterBox box, EventConsumer consumer, ExecutorService executor) {
    this.box = box;
    this.consumer = consumer;
    this.executor = executor;
  }

  /** Empty while the broker is away, or was not asked yet. */
  OptionalInt now() {
    if (!consumer.status().connected()) {
      known = OptionalInt.empty();
    } else if (System.nanoTime() - askedAt >= FRESH.toNanos() && !asking.getAndSet(true)) {
      executor.execute(this::ask);
    }
    return known;
  }

  /** Somebody has just counted. */
  void is(int count) {
    known = OptionalInt.of(count);
    askedAt = System.nanoTime();
  }

  /** It is another number now. */
  void changed() {
    askedAt = System.nanoTime() - FRESH.toNanos();
  }

  private void ask() {
    try {
      OptionalInt counted = box.count();
      if (counted.isPresent()) {
        known = counted;
      }
      askedAt = System.nanoTime();
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, "the dead letters could not be counted", e);
      known = OptionalInt.empty();
      askedAt = System.nanoTime();
    } finally {
      asking.set(false);
    }
  }
}

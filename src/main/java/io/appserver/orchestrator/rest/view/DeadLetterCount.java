package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.intake.deadletter.DeadLetterStore;
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
public class DeadLetterCount {

  private static final Logger LOG = Logger.getLogger(DeadLetterCount.class.getName());

  private static final Duration FRESH = Duration.ofSeconds(5);

  private final DeadLetterStore store;
  private final EventSource events;
  private final ExecutorService executor;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile OptionalInt known = OptionalInt.empty();
  private volatile long askedAt = System.nanoTime() - FRESH.toNanos();

  @Inject
  DeadLetterCount(DeadLetterStore store, EventSource events, ExecutorService executor) {
    this.store = store;
    this.events = events;
    this.executor = executor;
  }

  /** Empty while the broker is away, or was not asked yet. */
  public OptionalInt now() {
    if (!events.status().connected()) {
      known = OptionalInt.empty();
    } else if (System.nanoTime() - askedAt >= FRESH.toNanos() && !asking.getAndSet(true)) {
      executor.execute(this::ask);
    }
    return known;
  }

  /** Somebody has just counted. */
  public void is(int count) {
    known = OptionalInt.of(count);
    askedAt = System.nanoTime();
  }

  /** It is another number now. */
  public void changed() {
    askedAt = System.nanoTime() - FRESH.toNanos();
  }

  private void ask() {
    try {
      OptionalInt counted = store.count();
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

package io.appserver.orchestrator.convergence;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * When the engine was last known to be in trouble. What ends around that time ended with the
 * engine, and has not failed.
 */
final class EngineTrouble {

  /** A daemon takes its time to look after its containers when it is back. */
  private static final Duration AROUND = Duration.ofSeconds(20);

  private final LongSupplier nanoTime;
  private final AtomicLong last;

  EngineTrouble(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.last = new AtomicLong(nanoTime.getAsLong() - AROUND.toNanos());
  }

  /** It does not answer, or has just come back. */
  void seen() {
    last.set(nanoTime.getAsLong());
  }

  boolean recent() {
    return nanoTime.getAsLong() - last.get() < AROUND.toNanos();
  }
}

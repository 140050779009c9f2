package io.appserver.orchestrator.convergence.work;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How time passes for the convergence: what the clocks say, and what waiting is. */
public interface TimeSource {

  /** That of the machine and, once it was asked, of the database. */
  TimeSource REAL =
      new TimeSource() {
        private final SteadyClock clock = new SteadyClock(InstantSource.system(), System::nanoTime);

        @Override
        public Clock clock() {
          return clock;
        }

        @Override
        public void follow(Supplier<Instant> database) {
          clock.set(database.get());
        }

        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public boolean tryAcquire(Semaphore bell, Duration atMost) throws InterruptedException {
          return bell.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS);
        }
      };

  /** For times that are stored, or compared with such. */
  Clock clock();

  /** Goes by the database's time from now on. */
  default void follow(Supplier<Instant> database) {}

  /**
   * A moment for durations, which no clock that is set moves: only its distance from another has a
   * meaning.
   */
  default Instant moment() {
    return Instant.EPOCH.plusNanos(nanoTime());
  }

  /** As {@link System#nanoTime()}. */
  long nanoTime();

  /** Waits for a permit; false if none came in that time. */
  boolean tryAcquire(Semaphore bell, Duration atMost) throws InterruptedException;
}

package io.appserver.orchestrator.convergence;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How time passes for the convergence: what the clocks say, and what waiting is. */
public interface Time {

  /** That of the machine. */
  Time REAL =
      new Time() {
        @Override
        public Clock clock() {
          return Clock.systemUTC();
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

  Clock clock();

  /** As {@link System#nanoTime()}. */
  long nanoTime();

  /** Waits for a permit; false if none came in that time. */
  boolean tryAcquire(Semaphore bell, Duration atMost) throws InterruptedException;
}

package io.appserver.orchestrator.runtime.docker;

import java.time.Duration;

/**
 * A moment on the monotonic clock by which something must be over.
 *
 * @param limit how long it was allowed to take
 */
record Deadline(long nanoTime, Duration limit) {

  static Deadline in(Duration limit) {
    return after(System.nanoTime(), limit);
  }

  static Deadline after(long beginNanoTime, Duration limit) {
    return new Deadline(beginNanoTime + limit.toNanos(), limit);
  }

  /** What is left until then; never negative. */
  Duration left() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  boolean passed() {
    return nanoTime - System.nanoTime() <= 0;
  }
}

package io.appserver.orchestrator.convergence;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The holder's own view of how long its leases live, counted from before the database was asked, so
 * that it errs on the early side. All leases of an instance are prolonged together.
 */
final class LeaseClock {

  /** A killed instance's work is free after this long at most. */
  static final Duration TTL = Duration.ofSeconds(12);

  /** How often leases are prolonged: five may fail before one is lost. */
  static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /** A changing call takes no longer, or counts as unanswered. See the runtime adapter. */
  static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);

  /** What is left of a lease after the longest call, at least. */
  static final Duration MARGIN = Duration.ofSeconds(2);

  private final LongSupplier nanoTime;
  private final AtomicLong askedAt = new AtomicLong();

  LeaseClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    askedAt.set(nanoTime.getAsLong());
  }

  /** To be read before the database is asked to prolong. */
  long now() {
    return nanoTime.getAsLong();
  }

  /** The database prolonged all leases; it was asked at that time of {@link #now()}. */
  void prolonged(long asked) {
    askedAt.accumulateAndGet(asked, (a, b) -> a - b > 0 ? a : b);
  }

  /**
   * @throws LeaseLostException if the leases may have run out
   */
  void requireAlive(Lease lease) {
    if (now() - askedAt.get() >= TTL.toNanos()) {
      throw new LeaseLostException(
          "the lease on app_name=%s could not be prolonged for %d s"
              .formatted(lease.app(), TTL.toSeconds()));
    }
  }

  /**
   * Whether a changing call may still begin under a lease that was prolonged when asked at that
   * time.
   *
   * @throws LeaseLostException if too little of it is left
   */
  void requireTimeForCall(Lease lease, long asked) {
    if (now() - asked > TTL.minus(CALL_TIMEOUT).minus(MARGIN).toNanos()) {
      throw new LeaseLostException(
          "too little is left of the lease on app_name=%s for a call to the engine"
              .formatted(lease.app()));
    }
  }
}

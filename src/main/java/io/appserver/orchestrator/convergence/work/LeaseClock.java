package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.app.AppName;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The holder's own view of how long each of its leases lives, counted from before the database was
 * asked, so that it errs on the early side. A call to the engine may last longer than a lease: the
 * lease is prolonged meanwhile.
 */
public final class LeaseClock {

  /** A killed instance's work is free after this long at most. */
  public static final Duration TTL = Duration.ofSeconds(12);

  /** How often leases are prolonged: five may fail before one is lost. */
  public static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /** What must be left of a lease when a changing request is sent: for the way to the engine. */
  static final Duration MARGIN = Duration.ofSeconds(2);

  private final LongSupplier nanoTime;
  private final Map<AppName, Held> held = new ConcurrentHashMap<>();

  /**
   * A lease, by its fence, and when the database was asked for it last.
   *
   * @param asked as {@link #now()} has it
   */
  private record Held(long fence, long asked) {

    Held prolonged(Lease lease, long when) {
      return fence == lease.fence() && when - asked > 0 ? new Held(fence, when) : this;
    }
  }

  public LeaseClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** To be read before the database is asked to give or to prolong. */
  public long now() {
    return nanoTime.getAsLong();
  }

  /** The database gave the lease; it was asked at that time of {@link #now()}. */
  public void taken(Lease lease, long asked) {
    held.put(lease.app(), new Held(lease.fence(), asked));
  }

  /** The database prolonged the lease; those that were given back meanwhile stay forgotten. */
  public void prolonged(Lease lease, long asked) {
    held.computeIfPresent(lease.app(), (app, known) -> known.prolonged(lease, asked));
  }

  public void prolonged(Collection<Lease> leases, long asked) {
    leases.forEach(lease -> prolonged(lease, asked));
  }

  /** The lease was given back. */
  public void forget(AppName app) {
    held.remove(app);
  }

  /** Whether there is any lease to be prolonged. */
  public boolean areHeld() {
    return !held.isEmpty();
  }

  /**
   * Requires that the lease has not run out.
   *
   * @throws LeaseLostException if it may have
   */
  public void requireAlive(Lease lease) {
    require(lease, TTL);
  }

  /**
   * Whether a changing request may still be sent.
   *
   * @throws LeaseLostException if the lease may have run out by the time it arrives
   */
  public void requireTimeToSend(Lease lease) {
    require(lease, TTL.minus(MARGIN));
  }

  private void require(Lease lease, Duration age) {
    Held known = held.get(lease.app());
    if (known == null || known.fence() != lease.fence() || now() - known.asked() >= age.toNanos()) {
      throw new LeaseLostException(
          "the lease on app_name=%s could not be prolonged for %d s"
              .formatted(lease.app(), age.toSeconds()));
    }
  }
}

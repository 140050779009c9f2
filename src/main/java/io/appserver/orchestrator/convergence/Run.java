package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.container.Cancellation;
import io.appserver.orchestrator.container.CancelledException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * One look at one app in progress: the claim it works under, whether it is still worth it, and its
 * place in the queue.
 */
final class Run {

  private final Claim claim;
  private final Cancellation cancellation;
  private final LeaseClock leases;
  private final Slot slot;
  private final Time time;
  private final BooleanSupplier stopping;
  private final Semaphore cancelled = new Semaphore(0);

  /**
   * @param stopping whether this instance is about to end
   */
  Run(
      Claim claim,
      Cancellation cancellation,
      LeaseClock leases,
      Slot slot,
      Time time,
      BooleanSupplier stopping) {
    this.claim = claim;
    this.cancellation = cancellation;
    this.leases = leases;
    this.slot = slot;
    this.time = time;
    this.stopping = stopping;
    cancellation.onRequest(cancelled::release);
  }

  Claim claim() {
    return claim;
  }

  Lease lease() {
    return claim.lease();
  }

  AppName app() {
    return claim.lease().app();
  }

  Cancellation cancellation() {
    return cancellation;
  }

  /**
   * To be called between steps.
   *
   * @throws CancelledException if what is being done is not wanted any more
   * @throws LeaseLostException if the lease may have run out
   */
  void checkpoint() {
    if (cancellation.requested()) {
      throw new CancelledException("app_name=%s is to be looked at anew".formatted(app()));
    }
    leases.requireAlive(lease());
  }

  /**
   * To be called while something is waited for that must not be broken off but by the instance's
   * own end.
   *
   * @throws CancelledException if the instance stops: another goes on from here
   * @throws LeaseLostException if the lease may have run out
   */
  void requireStaying() {
    if (stopping.getAsBoolean()) {
      throw new CancelledException("app_name=%s is left to another instance".formatted(app()));
    }
    leases.requireAlive(lease());
  }

  /** Waits that long at most, without a slot: others may work meanwhile. */
  void pause(Duration atMost) {
    slot.giveBack();
    try {
      if (!time.tryAcquire(cancelled, atMost)) {
        checkpoint();
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new CancelledException("the wait for app_name=%s was broken off".formatted(app()));
  }

  /** The right to use engine and network in earnest; few have it at a time. */
  static final class Slot implements AutoCloseable {
    private final Semaphore slots;
    private boolean taken;

    Slot(Semaphore slots) {
      this.slots = slots;
    }

    /** Waits for it; does nothing if it is there. */
    void take() {
      if (!taken) {
        slots.acquireUninterruptibly();
        taken = true;
      }
    }

    void giveBack() {
      if (taken) {
        taken = false;
        slots.release();
      }
    }

    @Override
    public void close() {
      giveBack();
    }
  }
}

package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One look at one app in progress: the claim it works under, whether it is still worth it, and its
 * place among those who look.
 */
public final class Run {

  private final Claim claim;
  private final Cancellation cancellation;
  private final LeaseClock leases;
  private final Place place;
  private final TimeSource time;
  private final BooleanSupplier stopping;
  private final Semaphore bell = new Semaphore(0);
  private volatile boolean news;

  /**
   * @param stopping whether this instance is about to end
   */
  public Run(
      Claim claim,
      Cancellation cancellation,
      LeaseClock leases,
      Place place,
      TimeSource time,
      BooleanSupplier stopping) {
    this.claim = claim;
    this.cancellation = cancellation;
    this.leases = leases;
    this.place = place;
    this.time = time;
    this.stopping = stopping;
    cancellation.onRequest(bell::release);
  }

  public Claim claim() {
    return claim;
  }

  public Lease lease() {
    return claim.lease();
  }

  public AppName app() {
    return claim.lease().app();
  }

  public Cancellation cancellation() {
    return cancellation;
  }

  /**
   * To be called between steps.
   *
   * @throws CancelledException if what is being done is not wanted any more
   * @throws LeaseLostException if the lease may have run out
   */
  public void checkpoint() {
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
  public void requireStaying() {
    if (stopping.getAsBoolean()) {
      throw new CancelledException("app_name=%s is left to another instance".formatted(app()));
    }
    leases.requireAlive(lease());
  }

  /**
   * Does what may take long, such as a wait or whatever the engine is asked for, without the
   * worker's place: others look meanwhile.
   */
  public <T> T aside(Supplier<T> slow) {
    boolean had = place.giveBack();
    try {
      return slow.get();
    } finally {
      if (had) {
        place.takeAgain();
      }
    }
  }

  /** A signal was given since the look began. Ends a wait that {@link #awaitNews} is. */
  public void tellNews() {
    news = true;
    bell.release();
  }

  /** Something that is waited for by {@link #awaitNews} may have come. */
  public void ring() {
    bell.release();
  }

  /**
   * Waits until it is rung for, that long at most.
   *
   * @throws CancelledException if the app is to be looked at anew, for whatever reason
   */
  public void awaitNews(Duration atMost) {
    if (!news) {
      acquire(atMost);
    }
    checkpoint();
    if (news) {
      throw new CancelledException("there is news of app_name=%s".formatted(app()));
    }
  }

  /**
   * Waits that long.
   *
   * @throws CancelledException if what is being done is not wanted any more
   */
  public void pause(Duration time) {
    acquire(time);
    checkpoint();
  }

  private void acquire(Duration atMost) {
    try {
      if (time.tryAcquire(bell, atMost)) {
        bell.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("the wait for app_name=%s was broken off".formatted(app()));
    }
  }

  /** A worker's place among those who look; given back while it waits. */
  public static final class Place implements AutoCloseable {
    private final Lane looks;
    private volatile Lane.@Nullable Place taken;

    public Place(Lane looks) {
      this.looks = looks;
    }

    /** Waits for it; does nothing if it is there. */
    public void take() {
      if (taken == null) {
        taken = looks.enter();
      }
    }

    /** Waits for it, before those who have not begun. */
    private void takeAgain() {
      taken = looks.enterAgain();
    }

    /** Returns whether it was there to be given back. */
    boolean giveBack() {
      Lane.Place had = taken;
      if (had != null) {
        taken = null;
        had.leave();
      }
      return had != null;
    }

    public boolean isTaken() {
      return taken != null;
    }

    @Override
    public void close() {
      giveBack();
    }
  }
}

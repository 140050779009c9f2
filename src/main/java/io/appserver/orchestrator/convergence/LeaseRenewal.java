package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.convergence.work.Heartbeat;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.failure.RecurringTask;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Prolongs the leases of this instance in time, and follows the clock of the database. While there
 * is no lease the database is asked for its time alone, and seldom.
 */
@Singleton
final class LeaseRenewal {

  private static final Logger LOG = Logger.getLogger(LeaseRenewal.class.getName());

  /**
   * How often the database's clock is followed while no lease is held: this process's clock carries
   * it on, and loses less than a millisecond in that time.
   */
  private static final Duration CLOCK = Duration.ofSeconds(30);

  private final Heartbeat heartbeat;
  private final WorkStore work;
  private final LeaseClock leases;
  private final TimeSource time;
  private final ScheduledExecutorService scheduler;
  private volatile boolean troubled;
  private volatile long followedAt;
  private volatile long began;

  @Inject
  LeaseRenewal(
      Heartbeat heartbeat,
      WorkStore work,
      LeaseClock leases,
      TimeSource time,
      ScheduledExecutorService scheduler) {
    this.heartbeat = heartbeat;
    this.work = work;
    this.leases = leases;
    this.time = time;
    this.scheduler = scheduler;
    this.began = time.nanoTime();
  }

  /** Returns after the first time: no look begins before that. */
  Future<?> begin(UUID instance) {
    followedAt = time.nanoTime() - CLOCK.toNanos();
    beat(instance);
    began = time.nanoTime();
    return new RecurringTask("the heartbeat", () -> beat(instance))
        .atRate(scheduler, LeaseClock.HEARTBEAT, LeaseClock.HEARTBEAT);
  }

  /** How long ago it last began to. */
  Duration silence() {
    return Duration.ofNanos(time.nanoTime() - began);
  }

  private void beat(UUID instance) {
    long asked = leases.now();
    began = time.nanoTime();
    try {
      boolean held = leases.areHeld();
      if (held) {
        leases.prolonged(heartbeat.beat(instance, LeaseClock.TTL), asked);
      }
      if (held || troubled || began - followedAt >= CLOCK.toNanos()) {
        time.follow(work::now);
        followedAt = began;
      }
      if (troubled) {
        troubled = false;
        LOG.info("the leases are prolonged again");
      }
    } catch (RuntimeException e) {
      LOG.log(
          troubled ? Level.FINE : Level.WARNING,
          e,
          () ->
              "the leases could not be prolonged; tried again every %d s, and without success nothing is done any more after %d s"
                  .formatted(LeaseClock.HEARTBEAT.toSeconds(), LeaseClock.TTL.toSeconds()));
      troubled = true;
    }
  }
}

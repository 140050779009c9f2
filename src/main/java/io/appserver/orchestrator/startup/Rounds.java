package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.failure.RecurringTask;
import io.appserver.orchestrator.intake.PendingEvents;
import io.appserver.orchestrator.intake.Retention;
import io.appserver.orchestrator.intake.deadletter.Outbox;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;

/** What is done again and again, from the start to the stop. */
@Singleton
class Rounds {

  /** How often is looked for what only another instance can have left, at rest. */
  private static final Duration INTERVAL_AT_REST = Duration.ofSeconds(30);

  /** How often is deleted what is too old, at rest: nothing is added then. */
  private static final Duration DELETION_AT_REST = Duration.ofMinutes(5);

  private final PendingEvents pendingEvents;
  private final Outbox outbox;
  private final Retention retention;
  private final AtRest atRest;
  private final ScheduledExecutorService scheduler;
  private final List<Future<?>> schedules = new CopyOnWriteArrayList<>();

  @Inject
  Rounds(
      PendingEvents pendingEvents,
      Outbox outbox,
      Retention retention,
      AtRest atRest,
      ScheduledExecutorService scheduler) {
    this.pendingEvents = pendingEvents;
    this.outbox = outbox;
    this.retention = retention;
    this.atRest = atRest;
    this.scheduler = scheduler;
  }

  /** Begins those of the intake. */
  void begin() {
    add(
        "the sweep of pending events",
        new SeldomAtRest(pendingEvents::sweep, INTERVAL_AT_REST),
        Duration.ZERO,
        PendingEvents.INTERVAL);
    add(
        "the publishing of dead letters",
        new SeldomAtRest(outbox::publishAll, INTERVAL_AT_REST),
        Duration.ZERO,
        Outbox.INTERVAL);
    add(
        "the sweep of what is too old",
        new SeldomAtRest(retention::sweep, DELETION_AT_REST),
        Retention.INTERVAL);
  }

  /**
   * @param what it does, for the log
   * @param interval from one to the next, and before the first
   */
  void add(String what, Runnable round, Duration interval) {
    add(what, round, interval, interval);
  }

  /** Whether nothing goes on, and no other instance is there: what is done is done less often. */
  boolean areAtRest() {
    return atRest.isAtRest();
  }

  private void add(String what, Runnable round, Duration first, Duration interval) {
    schedules.add(new RecurringTask(what, round).every(scheduler, first, interval));
  }

  /** A round that is left out at rest, but for one each so often. */
  private final class SeldomAtRest implements Runnable {
    private final Runnable round;
    private final long interval;
    private long last;

    SeldomAtRest(Runnable round, Duration interval) {
      this.round = round;
      this.interval = interval.toNanos();
      this.last = System.nanoTime() - this.interval;
    }

    @Override
    public void run() {
      long now = System.nanoTime();
      if (now - last >= interval || !atRest.isAtRest()) {
        last = now;
        round.run();
      }
    }
  }

  /** Begins none any more; one that is going on may end. */
  void end() {
    schedules.forEach(schedule -> schedule.cancel(false));
  }
}

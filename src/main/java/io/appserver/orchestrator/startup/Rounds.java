package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.intake.PendingEvents;
import io.appserver.orchestrator.intake.Retention;
import io.appserver.orchestrator.intake.deadletter.Outbox;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What is done again and again, from the start to the stop. */
@Dependent
class Rounds {

  private final PendingEvents pendingEvents;
  private final Outbox outbox;
  private final Retention retention;
  private final ScheduledExecutorService scheduler;
  private final List<Future<?>> schedules = new CopyOnWriteArrayList<>();

  @Inject
  Rounds(
      PendingEvents pendingEvents,
      Outbox outbox,
      Retention retention,
      ScheduledExecutorService scheduler) {
    this.pendingEvents = pendingEvents;
    this.outbox = outbox;
    this.retention = retention;
    this.scheduler = scheduler;
  }

  /** Begins those of the intake. */
  void begin() {
    schedule(pendingEvents::sweep, Duration.ZERO, PendingEvents.INTERVAL);
    schedule(outbox::publishAll, Duration.ZERO, Outbox.INTERVAL);
    add(retention::sweep, Retention.INTERVAL);
  }

  /**
   * @param interval from one to the next, and before the first
   */
  void add(Runnable round, Duration interval) {
    schedule(round, interval, interval);
  }

  private void schedule(Runnable round, Duration first, Duration interval) {
    schedules.add(
        scheduler.scheduleWithFixedDelay(
            round, first.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Begins none any more; one that is going on may end. */
  void end() {
    schedules.forEach(schedule -> schedule.cancel(false));
  }
}

package io.appserver.orchestrator.failure;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What is done again and again, whatever goes wrong: a schedule of the JDK's ends without a word
 * with the first exception that is thrown in it.
 */
public final class RecurringTask implements Runnable {

  private static final Logger LOG = Logger.getLogger(RecurringTask.class.getName());

  private final String what;
  private final Runnable task;
  private volatile boolean failing;

  /**
   * @param what it does, for the log: a sentence without its end
   */
  public RecurringTask(String what, Runnable task) {
    this.what = what;
    this.task = task;
  }

  /**
   * Does it until it is cancelled.
   *
   * @param first before the first time
   * @param pause from the end of one time to the beginning of the next
   */
  public Future<?> every(ScheduledExecutorService scheduler, Duration first, Duration pause) {
    return scheduler.scheduleWithFixedDelay(
        this, first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * As {@link #every}, with a time that does not depend on how long it takes.
   *
   * @param period from the beginning of one time to that of the next
   */
  public Future<?> atRate(ScheduledExecutorService scheduler, Duration first, Duration period) {
    return scheduler.scheduleAtFixedRate(
        this, first.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Throws nothing. That it fails is told once, until it works again. */
  @Override
  public void run() {
    try {
      task.run();
      failing = false;
    } catch (RuntimeException | Error e) {
      LOG.log(failing ? Level.FINE : Level.SEVERE, e, () -> what + " failed; it is tried again");
      failing = true;
    }
  }
}

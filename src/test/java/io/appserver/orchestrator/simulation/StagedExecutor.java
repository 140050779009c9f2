package io.appserver.orchestrator.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An instance's threads, on a stage. */
final class StagedExecutor extends AbstractExecutorService implements ScheduledExecutorService {

  private final Staging stage;
  private final String owner;
  private final BooleanSupplier busy;
  private final int most;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int working;
  private boolean first = true;
  private boolean shut;

  /**
   * @param busy whether the instance works on anything, so that its leases must be kept
   * @param most so many workers at once; who comes then waits
   */
  StagedExecutor(Staging stage, String owner, BooleanSupplier busy, int most) {
    this.stage = stage;
    this.owner = owner;
    this.busy = busy;
    this.most = most;
  }

  /** The first is the dispatcher, which waits for work for ever. */
  @Override
  public void execute(Runnable task) {
    if (shut) {
      throw new RejectedExecutionException(owner + " is gone");
    }
    boolean dispatcher = first;
    first = false;
    if (dispatcher) {
      stage.enter(owner, "dispatcher", () -> true, task);
    } else {
      waiting.addLast(task);
      beginNext();
    }
  }

  /** On a stage one thread acts at a time. */
  private void beginNext() {
    if (working < most && !waiting.isEmpty()) {
      working++;
      Runnable task = waiting.removeFirst();
      stage.enter(
          owner,
          "worker",
          () -> false,
          () -> {
            try {
              task.run();
            } finally {
              working--;
              if (Staging.self().filter(Staging.Actor::isAlive).isPresent()) {
                beginNext();
              }
            }
          });
    }
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long delay, long period, TimeUnit unit) {
    var beat = new Beat(task, Duration.of(period, unit.toChronoUnit()));
    stage.enter(owner, "heartbeat", () -> !busy.getAsBoolean(), beat::goOn);
    return beat;
  }

  /** A task that comes back until it is cancelled. */
  private final class Beat extends FutureTask<Object> implements ScheduledFuture<Object> {
    private final Semaphore cancelled = new Semaphore(0);
    private final Runnable task;
    private final Duration period;

    Beat(Runnable task, Duration period) {
      super(task, owner);
      this.task = task;
      this.period = period;
    }

    void goOn() {
      while (!stage.tryAcquire(cancelled, period)) {
        task.run();
      }
    }

    @Override
    public boolean cancel(boolean interrupt) {
      cancelled.release();
      return true;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Delayed other) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  @Override
  public void shutdown() {
    shut = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shut;
  }

  @Override
  public boolean isTerminated() {
    return shut;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shut;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long delay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }
}

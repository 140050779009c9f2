package io.appserver.orchestrator.convergence;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes one thread at most, however often it is asked for: what is asked for while it runs is done
 * by one more run after it.
 */
final class MergedTask {

  private final Executor executor;
  private final Runnable task;
  private final AtomicInteger asked = new AtomicInteger();

  MergedTask(Executor executor, Runnable task) {
    this.executor = executor;
    this.task = task;
  }

  /**
   * Sees to it that the task begins once more after this.
   *
   * @throws RejectedExecutionException if there is no thread for it
   */
  void ask() {
    if (asked.getAndIncrement() > 0) {
      return;
    }
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      asked.set(0);
      throw e;
    }
  }

  private void run() {
    boolean again = true;
    while (again) {
      int seen = asked.get();
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        asked.set(0);
        throw e;
      }
      again = !asked.compareAndSet(seen, 0);
    }
  }
}

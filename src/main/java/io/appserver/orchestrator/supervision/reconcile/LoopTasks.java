package io.appserver.orchestrator.supervision.reconcile;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What a loop is told to do, in the order in which it came. Nothing makes it grow without end:
 * events of the engine are dropped where too many wait, and all is compared instead; anything else
 * waits once, however often it is asked for.
 */
final class LoopTasks {

  /** More than 500 apps tell when all of them end and start a few times. */
  static final int MOST_EVENTS = 10_000;

  private static final Logger LOG = Logger.getLogger(LoopTasks.class.getName());

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Set<Object> asked = ConcurrentHashMap.newKeySet();
  private final AtomicInteger events = new AtomicInteger();
  private final Runnable compare;

  /**
   * @param compare is done in place of events that were dropped
   */
  LoopTasks(Runnable compare) {
    this.compare = compare;
  }

  /** What is to be done because of an event. */
  void event(Runnable task) {
    if (events.incrementAndGet() <= MOST_EVENTS) {
      tasks.add(() -> {
        events.decrementAndGet();
        task.run();
      });
    } else {
      events.decrementAndGet();
      if (once(compare, compare)) {
        LOG.warning(() ->
            "%d of the engine's events wait to be looked at; more are dropped, and all is compared instead"
                .formatted(MOST_EVENTS));
      }
    }
  }

  /**
   * Returns false if it waits already.
   *
   * @param what equal for what may be done in place of each other
   */
  boolean once(Object what, Runnable task) {
    boolean first = asked.add(what);
    if (first) {
      tasks.add(() -> {
        asked.remove(what); // before: what is asked for from now on is not seen by it
        task.run();
      });
    }
    return first;
  }

  /** The next one; null if none comes in that time. */
  @Nullable Runnable poll(Duration atMost) throws InterruptedException {
    return tasks.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How many wait. */
  int size() {
    return tasks.size();
  }
}

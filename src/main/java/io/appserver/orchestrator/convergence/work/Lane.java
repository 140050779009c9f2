package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/**
 * A bounded number of places for one kind of work. Those who find none free get one in the order in
 * which they came.
 */
public final class Lane {

  /** A wait ends by a free place; this only bounds the sleep of one thread. */
  private static final Duration TURN = Duration.ofMinutes(1);

  private final TimeSource time;
  private final Deque<Semaphore> waiting = new ArrayDeque<>();
  private int free;

  /**
   * @param places how many may be in it at once; from 1
   */
  public Lane(int places, TimeSource time) {
    this.free = places;
    this.time = time;
  }

  /** Waits for a place, however long that takes. */
  public void enter() {
    enter(new Cancellation());
  }

  /**
   * Waits for a place.
   *
   * @throws CancelledException if that is requested before a place is free
   */
  public void enter(Cancellation cancellation) {
    var bell = new Semaphore(0);
    synchronized (this) {
      if (free > 0) {
        free--;
        return;
      }
      waiting.addLast(bell);
    }
    boolean entered = false;
    boolean interrupted = false;
    var registration = cancellation.onRequest(bell::release);
    try {
      while (!entered) {
        interrupted |= interruptedWhileWaiting(bell);
        entered = wasGiven(bell);
        if (!entered && cancellation.requested()) {
          throw new CancelledException("cancelled while waiting for a free place");
        }
      }
    } finally {
      registration.close();
      if (!entered) {
        giveUp(bell);
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** An interrupt does not end the wait: it is ended by a free place or by the cancellation. */
  private boolean interruptedWhileWaiting(Semaphore bell) {
    try {
      boolean rang = time.tryAcquire(bell, TURN);
      return !rang && Thread.interrupted();
    } catch (InterruptedException e) {
      return true;
    }
  }

  /** Whoever leaves takes the next out of the queue: the place is theirs then. */
  private synchronized boolean wasGiven(Semaphore bell) {
    return !waiting.contains(bell);
  }

  private synchronized void giveUp(Semaphore bell) {
    if (!waiting.remove(bell)) {
      leave();
    }
  }

  /** Gives the place to who has waited longest. */
  public synchronized void leave() {
    Semaphore next = waiting.pollFirst();
    if (next == null) {
      free++;
    } else {
      next.release();
    }
  }
}

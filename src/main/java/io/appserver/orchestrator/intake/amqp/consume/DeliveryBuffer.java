package io.appserver.orchestrator.intake.amqp.consume;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Deliveries that wait for the one worker who takes them, in the order they came. */
final class DeliveryBuffer {

  private final Deque<Delivery> waiting = new ArrayDeque<>();
  private boolean busy;
  private boolean closed;

  synchronized void add(Delivery delivery) {
    waiting.add(delivery);
    notifyAll();
  }

  /**
   * What is there, at most that many; waits for the first. Says with it that those taken before are
   * dealt with. Empty once it is closed.
   */
  synchronized List<Delivery> take(int most) throws InterruptedException {
    busy = false;
    notifyAll();
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return List.of();
    }
    busy = true;
    var taken = new ArrayList<Delivery>();
    while (taken.size() < most && !waiting.isEmpty()) {
      taken.add(waiting.remove());
    }
    return taken;
  }

  /** Forgets what waits. */
  synchronized void clear() {
    waiting.clear();
  }

  /** Nothing more is to be taken. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** The worker is gone. */
  synchronized void abandon() {
    busy = false;
    close();
  }

  /** Whether nothing is in work or waits for it, or does not after that long. */
  synchronized boolean awaitIdle(Duration atMost) throws InterruptedException {
    long until = System.nanoTime() + atMost.toNanos();
    while (busy || (!waiting.isEmpty() && !closed)) {
      long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }
}

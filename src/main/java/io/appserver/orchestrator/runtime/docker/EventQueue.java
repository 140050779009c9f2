package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.model.Event;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Events between the thread that reads them, which waits for nobody, and the one that hands them
 * on. When it is full, what comes is dropped until all that waits was taken; then it is told that
 * some were lost.
 */
final class EventQueue {

  /** Some kilobytes each, with the labels of the container. */
  static final int MOST = 4096;

  /** What comes next. */
  sealed interface Next {

    record Happened(Event event) implements Next {}

    /** From now on nothing is lost any more; so many were since the last event. */
    record Lost(long events) implements Next {}

    record Over() implements Next {}
  }

  private final Queue<Event> waiting = new ArrayDeque<>();
  private long lost;
  private boolean over;

  synchronized void add(Event event) {
    if (lost > 0 || waiting.size() >= MOST) {
      lost++;
    } else {
      waiting.add(event);
      notifyAll();
    }
  }

  /** No more events come. */
  synchronized void end() {
    over = true;
    notifyAll();
  }

  /** Waits for it. */
  synchronized Next next() throws InterruptedException {
    while (waiting.isEmpty() && lost == 0 && !over) {
      wait();
    }
    Event first = waiting.poll();
    if (first != null) {
      return new Next.Happened(first);
    }
    if (lost > 0) {
      var told = new Next.Lost(lost);
      lost = 0;
      return told;
    }
    return new Next.Over();
  }
}

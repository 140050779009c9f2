package io.appserver.orchestrator.testing;

import java.lang.annotation.Annotation;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Bounds how many classes of tests are at work. JUnit's own bound does not hold: a thread that
 * waits for a resource's lock is replaced by another one, and goes on beside it once it has the
 * lock.
 *
 * <p>A class that holds a lock keeps the others of its row waiting, and the longest row says how
 * long all takes. So such classes need not queue up behind all others; but they leave one place to
 * those, as most of them start a server, and three that start at once starve on two cores.
 *
 * <p>As an extension, which JUnit finds by itself. Who waits here may have locks; who is at work
 * waits for none.
 */
public final class FewAtATime implements BeforeAllCallback, AfterAllCallback {

  /** More than cores, as much of it is waiting; with few, no server starves while it starts. */
  private static final int MOST = 3;

  /** Of those that hold a lock, unless nobody else waits. */
  private static final int MOST_OF_ROWS = 2;

  private static final FewAtATime PLACES = new FewAtATime();

  private final Deque<Object> rows = new ArrayDeque<>();
  private final Deque<Object> others = new ArrayDeque<>();
  private int atWork;
  private int rowsAtWork;

  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    if (isTopLevel(context)) {
      PLACES.enter(isOfARow(context));
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (isTopLevel(context)) {
      PLACES.leave(isOfARow(context));
    }
  }

  private synchronized void enter(boolean ofARow) throws InterruptedException {
    Deque<Object> queue = ofARow ? rows : others;
    var ticket = new Object();
    queue.addLast(ticket);
    try {
      while (atWork == MOST || !queue.getFirst().equals(ticket) || !isTurnOf(ofARow)) {
        wait();
      }
      atWork++;
      rowsAtWork += ofARow ? 1 : 0;
    } finally {
      queue.remove(ticket);
      notifyAll();
    }
  }

  private boolean isTurnOf(boolean ofARow) {
    boolean rowsFirst = rowsAtWork < MOST_OF_ROWS;
    return ofARow == rowsFirst || (rowsFirst ? rows : others).isEmpty();
  }

  private synchronized void leave(boolean ofARow) {
    atWork--;
    rowsAtWork -= ofARow ? 1 : 0;
    notifyAll();
  }

  private static boolean isTopLevel(ExtensionContext context) {
    return context.getRequiredTestClass().getEnclosingClass() == null;
  }

  /** By an annotation of its own, or by one that stands for it. */
  private static boolean isOfARow(ExtensionContext context) {
    return Arrays.stream(context.getRequiredTestClass().getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(
            type -> type == ResourceLock.class || type.isAnnotationPresent(ResourceLock.class));
  }
}

package io.appserver.orchestrator.testing;

import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Bounds how many classes of tests are at work. JUnit's own bound does not hold: a thread that
 * waits for a resource's lock is replaced by another one, and goes on beside it once it has the
 * lock.
 *
 * <p>As an extension, which JUnit finds by itself. Who waits here may have locks; who is at work
 * waits for none.
 */
public final class FewAtATime implements BeforeAllCallback, AfterAllCallback {

  /** More than cores, as much of it is waiting; with few, no server starves while it starts. */
  private static final int MOST = 3;

  private static final Semaphore PLACES = new Semaphore(MOST, /* fair= */ true);

  @Override
  public void beforeAll(ExtensionContext context) throws InterruptedException {
    if (isTopLevel(context)) {
      PLACES.acquire();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (isTopLevel(context)) {
      PLACES.release();
    }
  }

  private static boolean isTopLevel(ExtensionContext context) {
    return context.getRequiredTestClass().getEnclosingClass() == null;
  }
}

package io.appserver.orchestrator.runtime;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A flag that says a wait is not worth waiting for any more. Set once; never interrupts a thread.
 */
public final class Cancellation {

  private final AtomicBoolean requested = new AtomicBoolean();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Undoes one {@link #onRequest}. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  public boolean requested() {
    return requested.get();
  }

  /** Sets the flag and runs the listeners, in the caller's thread, each once. */
  public void request() {
    requested.set(true);
    listeners.forEach(listener -> {
      if (listeners.remove(listener)) {
        listener.run();
      }
    });
  }

  /** Runs the listener at the request; at once if that has been made already. */
  public Registration onRequest(Runnable listener) {
    listeners.add(listener);
    if (requested.get() && listeners.remove(listener)) {
      listener.run();
    }
    return () -> listeners.remove(listener);
  }
}

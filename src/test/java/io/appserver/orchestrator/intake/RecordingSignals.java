package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Remembers signals, and can be told to fail. */
public final class RecordingSignals implements Signals {

  private final List<String> given = new CopyOnWriteArrayList<>();
  private final AtomicLong seq = new AtomicLong();
  private volatile String failing = "";

  @Override
  public Signal signal(AppName app, Cause cause) {
    if (app.value().equals(failing)) {
      throw new IllegalStateException("told to fail for " + app);
    }
    given.add(app + " " + cause.word());
    return new Signal(Bench.NODE, seq.incrementAndGet());
  }

  /** Each as {@code app cause}. */
  public List<String> given() {
    return List.copyOf(given);
  }

  public long last() {
    return seq.get();
  }

  public void failFor(String app) {
    failing = app;
  }
}

package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.work.RestartPause;
import io.appserver.orchestrator.convergence.work.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks that broke off, and when the apps may be looked at again: nobody is helped by an app that
 * is looked at as fast as the machine can.
 */
final class Setbacks {

  private final TimeSource time;
  private final Map<AppName, Setback> setbacks = new ConcurrentHashMap<>();

  private record Setback(int times, long untilNanos) {}

  Setbacks(TimeSource time) {
    this.time = time;
  }

  /** One more; returns how long the app pauses for it. */
  Duration add(AppName app) {
    Setback last = setbacks.getOrDefault(app, new Setback(0, 0));
    Duration pause = RestartPause.after(last.times() + 1);
    setbacks.put(app, new Setback(last.times() + 1, time.nanoTime() + pause.toNanos()));
    return pause;
  }

  boolean isPausing(AppName app) {
    Setback last = setbacks.get(app);
    return last != null && last.untilNanos() - time.nanoTime() > 0;
  }

  void forget(AppName app) {
    setbacks.remove(app);
  }
}

package io.appserver.orchestrator.supervision.watch;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.time.Instant;

/** A healthy app that is watched: how it is asked, and how it answered lately. */
public final class ProbeTarget {

  private final AppName app;
  private final ObservedContainer container;
  private final HealthCheck check;
  private final Instant healthySince;
  private long nextNanos;
  private boolean underWay;
  private boolean outdated;
  private int failuresInRow;
  private boolean told;
  private boolean stale;
  private long badWordNanos;

  /**
   * @param container as it is in this run: the next has another start, and perhaps another address
   * @param healthySince tells this spell of health from the next
   * @param firstNanos when it is probed first
   */
  public ProbeTarget(
      AppName app,
      ObservedContainer container,
      HealthCheck check,
      Instant healthySince,
      long firstNanos) {
    this.app = app;
    this.container = container;
    this.check = check;
    this.healthySince = healthySince;
    this.nextNanos = firstNanos;
  }

  AppName app() {
    return app;
  }

  public ObservedContainer container() {
    return container;
  }

  public HealthCheck check() {
    return check;
  }

  public boolean isSpell(ContainerId id, Instant since) {
    return container.id().equals(id) && healthySince.equals(since);
  }

  public boolean isIn(ContainerId other) {
    return container.id().equals(other);
  }

  /** Whether that is the run that is watched, be it at another address. */
  public boolean began(ObservedContainer now) {
    return isIn(now.id()) && container.startedAt().equals(now.startedAt());
  }

  /** Whether that is the run that is watched, at the same address. */
  public boolean isRun(ObservedContainer now) {
    return began(now) && container.address().equals(now.address());
  }

  /** Whether the engine runs the app's check by itself, and is asked for its word. */
  boolean isCheckedByEngine() {
    return check instanceof HealthCheck.Execute;
  }

  /** Whether anything can be known of how it is, besides that it runs. */
  boolean isChecked() {
    return !(check instanceof HealthCheck.None);
  }

  /** Whether a probe is to begin; it has begun then. */
  synchronized boolean begin(long nowNanos, long intervalNanos) {
    if (isCheckedByEngine() || !isChecked() || underWay || nextNanos - nowNanos > 0) {
      return false;
    }
    underWay = true;
    nextNanos += intervalNanos;
    if (nextNanos - nowNanos < 0) {
      nextNanos = nowNanos + intervalNanos; // those that were missed are not made up for
    }
    return true;
  }

  public synchronized void ended(boolean healthy) {
    underWay = false;
    if (outdated) {
      outdated = false;
    } else {
      take(healthy, 1);
    }
  }

  /**
   * The engine's word of it. The engine counts failures by itself before it says anything: a first
   * bad word is enough.
   */
  synchronized void engineSays(boolean healthy, int retries, long nowNanos) {
    if (!healthy && failuresInRow == 0) {
      badWordNanos = nowNanos;
    }
    take(healthy, told ? 1 : retries);
  }

  private void take(boolean healthy, int failures) {
    failuresInRow = healthy ? 0 : failuresInRow + failures;
    if (healthy) {
      told = false;
    } else {
      stale = true;
    }
  }

  /** The probe said nothing of the app. */
  synchronized void inconclusive() {
    underWay = false;
    outdated = false;
  }

  /** Of what was found so far one failure counts at most, and what is being found does not. */
  synchronized void startOver() {
    failuresInRow = Math.min(failuresInRow, 1); // well it is not known to be
    outdated = underWay;
    stale = true;
  }

  /** Whether it has not been well since a probe failed. */
  synchronized boolean failing() {
    return failuresInRow > 0 || told;
  }

  /**
   * Whether it failed so often in a row that something is to be done.
   *
   * @param graceNanos how long the engine's word is left to stand first
   */
  public synchronized boolean suspect(int retries, long nowNanos, long graceNanos) {
    boolean early = isCheckedByEngine() && nowNanos - badWordNanos < graceNanos;
    return failuresInRow >= retries && !early;
  }

  /** A look was asked for; the next needs as many failures again. */
  synchronized void told() {
    told = true;
    failuresInRow = 0;
  }

  /** It may run anew, and elsewhere. */
  public synchronized void doubt() {
    stale = true;
  }

  /** Whether its container is to be looked at again; it has been then. */
  public synchronized boolean takeDoubt() {
    boolean doubted = stale;
    stale = false;
    return doubted;
  }
}

package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.container.HealthCheck;
import io.appserver.orchestrator.container.ObservedContainer;
import java.time.Instant;

/** A healthy app that is probed: what it is asked, and how it answered lately. */
final class Watched {

  private final AppName app;
  private final ObservedContainer container;
  private final HealthCheck check;
  private final Instant healthySince;
  private long nextNanos;
  private boolean underWay;
  private int failuresInRow;
  private boolean told;

  /**
   * @param healthySince tells this spell of health from the next: the address may be another then
   * @param firstNanos when it is probed first
   */
  Watched(
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

  ObservedContainer container() {
    return container;
  }

  HealthCheck check() {
    return check;
  }

  boolean isSpell(String containerId, Instant since) {
    return container.id().value().equals(containerId) && healthySince.equals(since);
  }

  /** Whether a probe is to begin; it has begun then. */
  synchronized boolean begin(long nowNanos, long intervalNanos) {
    if (underWay || nextNanos - nowNanos > 0) {
      return false;
    }
    underWay = true;
    nextNanos += intervalNanos;
    if (nextNanos - nowNanos < 0) {
      nextNanos = nowNanos + intervalNanos; // those that were missed are not made up for
    }
    return true;
  }

  synchronized void ended(boolean healthy) {
    underWay = false;
    failuresInRow = healthy ? 0 : failuresInRow + 1;
    if (healthy) {
      told = false;
    }
  }

  /** The probe said nothing of the app. */
  synchronized void inconclusive() {
    underWay = false;
  }

  /** Whether it has not been well since a probe failed. */
  synchronized boolean failing() {
    return failuresInRow > 0 || told;
  }

  /** Whether it failed so often in a row that something is to be done. */
  synchronized boolean suspect(int retries) {
    return failuresInRow >= retries;
  }

  /** A look was asked for; the next needs as many failures again. */
  synchronized void told() {
    told = true;
    failuresInRow = 0;
  }
}

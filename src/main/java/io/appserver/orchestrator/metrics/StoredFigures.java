package io.appserver.orchestrator.metrics;

import io.appserver.orchestrator.deployment.DeploymentState;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Figures the database holds, as it gave them last: read by one thread, so that no scrape ever
 * waits for it.
 */
final class StoredFigures {

  /** What is older than that is not told any more. */
  static final Duration FRESH = Duration.ofSeconds(30);

  private static final Logger LOG = Logger.getLogger(StoredFigures.class.getName());

  private final Supplier<Map<DeploymentState, Long>> deploymentsByState;
  private final LongSupplier outboxSize;
  private final LongSupplier nanoTime;
  private volatile Reading last;

  private record Reading(
      Map<DeploymentState, Long> deployments, long outbox, boolean any, long at) {}

  StoredFigures(
      Supplier<Map<DeploymentState, Long>> deploymentsByState,
      LongSupplier outboxSize,
      LongSupplier nanoTime) {
    this.deploymentsByState = deploymentsByState;
    this.outboxSize = outboxSize;
    this.nanoTime = nanoTime;
    this.last = new Reading(Map.of(), 0, false, 0);
  }

  /**
   * Reads anew; what cannot be read now keeps its last value until that is too old. Never throws: a
   * schedule would end.
   */
  void refresh() {
    try {
      last =
          new Reading(deploymentsByState.get(), outboxSize.getAsLong(), true, nanoTime.getAsLong());
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, "the figures could not be read; they are read again", e);
    }
  }

  /** Deployments in that state; not a number if that is not known. */
  double deployments(DeploymentState state) {
    Reading reading = last;
    return fresh(reading) ? reading.deployments().getOrDefault(state, 0L) : Double.NaN;
  }

  /** Dead letters that wait; not a number if that is not known. */
  double outboxWaiting() {
    Reading reading = last;
    return fresh(reading) ? reading.outbox() : Double.NaN;
  }

  private boolean fresh(Reading reading) {
    return reading.any() && nanoTime.getAsLong() - reading.at() <= FRESH.toNanos();
  }
}

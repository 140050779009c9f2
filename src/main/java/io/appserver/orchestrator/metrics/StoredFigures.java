package io.appserver.orchestrator.metrics;

import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
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
@Singleton
final class StoredFigures {

  /** What is older than that is not told any more. */
  static final Duration FRESH = Duration.ofSeconds(30);

  private static final Logger LOG = Logger.getLogger(StoredFigures.class.getName());

  private final Supplier<Figures> source;
  private final LongSupplier nanoTime;
  private volatile Reading last;

  /**
   * What the database holds.
   *
   * @param outbox how many dead letters wait
   */
  record Figures(Map<DeploymentState, Long> deployments, long outbox) {
    Figures {
      deployments = Map.copyOf(deployments);
    }
  }

  private record Reading(Figures figures, boolean any, long at) {}

  /** Those of the server, read in one transaction. */
  @Inject
  StoredFigures(Deployments deployments, OutboxStore outbox, Transactions transactions) {
    this(
        () ->
            transactions.required(
                () -> new Figures(deployments.countByState(), outbox.outboxSize())),
        System::nanoTime);
  }

  StoredFigures(Supplier<Figures> source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
    this.last = new Reading(new Figures(Map.of(), 0), false, 0);
  }

  /**
   * Reads anew; what cannot be read now keeps its last value until that is too old. Never throws: a
   * schedule would end.
   */
  void refresh() {
    try {
      last = new Reading(source.get(), true, nanoTime.getAsLong());
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, "the figures could not be read; they are read again", e);
    }
  }

  /** Deployments in that state; not a number if that is not known. */
  double deployments(DeploymentState state) {
    Reading reading = last;
    return fresh(reading) ? reading.figures().deployments().getOrDefault(state, 0L) : Double.NaN;
  }

  /** Dead letters that wait; not a number if that is not known. */
  double outboxWaiting() {
    Reading reading = last;
    return fresh(reading) ? reading.figures().outbox() : Double.NaN;
  }

  private boolean fresh(Reading reading) {
    return reading.any() && nanoTime.getAsLong() - reading.at() <= FRESH.toNanos();
  }
}

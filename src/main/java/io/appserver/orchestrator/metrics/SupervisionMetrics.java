package io.appserver.orchestrator.metrics;

import io.appserver.orchestrator.supervision.SupervisionObserver;
import io.appserver.orchestrator.supervision.reconcile.ReconciliationReport;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Times what the supervision does. */
@Singleton
class SupervisionMetrics implements SupervisionObserver {

  private static final String COMPLETE = "complete";
  private static final String OVERDUE = "overdue";

  private final Meters meters;

  @Inject
  SupervisionMetrics(Meters meters) {
    this.meters = meters;
  }

  void announce(@Observes Startup event) {
    meters.announce(Family.RECONCILIATION_DURATION, COMPLETE);
    meters.announce(Family.RECONCILIATION_DURATION, OVERDUE);
  }

  @Override
  public void reconciled(ReconciliationReport report) {
    meters.time(
        Family.RECONCILIATION_DURATION,
        report.took(),
        report.remaining().isEmpty() ? COMPLETE : OVERDUE);
  }
}

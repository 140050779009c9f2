package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.supervision.reconcile.ReconciliationReport;

/**
 * Is told what the supervision does, for metrics and the like. Must be quick and must not throw.
 */
public interface SupervisionObserver {

  /** A reconciliation has ended, or its time is over. */
  void reconciled(ReconciliationReport report);
}

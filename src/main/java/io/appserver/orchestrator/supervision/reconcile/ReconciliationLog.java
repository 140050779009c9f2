package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Says what reconciliations begin with, and what they came to. */
final class ReconciliationLog {

  private static final Logger LOG = Logger.getLogger(ReconciliationLog.class.getName());

  private final Consumer<ReconciliationReport> reports;

  /**
   * @param reports is told of each that is over
   */
  ReconciliationLog(Consumer<ReconciliationReport> reports) {
    this.reports = reports;
  }

  void begins(Cause cause, Plan plan) {
    LOG.info(() -> "reconciliation (%s): %s".formatted(cause.word(), plan.summary()));
    plan.work().forEach(this::step);
  }

  void step(PlannedAction step) {
    LOG.info(() -> "app_name=%s %s: %s".formatted(step.app(), step.action(), step.why()));
  }

  /**
   * @param took from reading to the last look
   * @param reading the part of it that the reading took
   */
  void ends(PlanExecution done, Instant now, Duration took, Duration reading) {
    var report =
        new ReconciliationReport(
            now,
            done.cause().word(),
            took,
            reading,
            done.plan().summary(),
            done.remaining().stream().map(AppName::value).toList());
    String rest =
        report.remaining().isEmpty()
            ? ""
            : "; the time is over, and these go on by themselves: "
                + String.join(", ", report.remaining());
    LOG.log(
        rest.isEmpty() ? Level.INFO : Level.WARNING,
        () ->
            "reconciliation (%s) took %d ms, of which reading %d ms%s"
                .formatted(
                    report.cause(), report.took().toMillis(), report.reading().toMillis(), rest));
    reports.accept(report);
  }
}

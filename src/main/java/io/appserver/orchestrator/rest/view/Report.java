package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.supervision.reconcile.ReconciliationReport;
import java.time.Instant;
import java.util.List;

/**
 * What a reconciliation came to.
 *
 * @param tookMs from reading to the last look
 * @param readingMs the part of it that reading took
 */
public record Report(
    Instant at, String cause, long tookMs, long readingMs, String summary, List<String> remaining) {
  public static Report of(ReconciliationReport report) {
    return new Report(
        report.at(),
        report.cause(),
        report.took().toMillis(),
        report.reading().toMillis(),
        report.summary(),
        report.remaining());
  }
}

package io.appserver.orchestrator.supervision.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a reconciliation came to.
 *
 * @param cause what made it begin
 * @param took from reading to the last look
 * @param reading the part of it that the reading took: the engine's list, and the tables
 * @param summary how many apps there were of each kind
 * @param remaining apps that were not looked at to the end within the time; they go on by
 *     themselves
 */
public record ReconciliationReport(
    Instant at,
    String cause,
    Duration took,
    Duration reading,
    String summary,
    List<String> remaining) {

  public ReconciliationReport {
    remaining = List.copyOf(remaining);
  }

  /** All of it in a line. */
  public String words() {
    String rest = remaining.isEmpty() ? "" : "; still going on: " + String.join(", ", remaining);
    return "%s, at %s, %d ms (reading %d ms): %s%s"
        .formatted(cause, at, took.toMillis(), reading.toMillis(), summary, rest);
  }
}

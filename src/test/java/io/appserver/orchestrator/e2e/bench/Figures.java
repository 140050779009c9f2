package io.appserver.orchestrator.e2e.bench;

import java.util.Collection;

/** Measured values, all of them kept. */
final class Figures {

  private final double[] sorted;

  Figures(Collection<? extends Number> values) {
    sorted = values.stream().mapToDouble(Number::doubleValue).sorted().toArray();
  }

  int count() {
    return sorted.length;
  }

  /** The least value that so many percent of them do not exceed; NaN if there are none. */
  double percentile(double percent) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted[Math.max(0, (int) Math.ceil(percent / 100 * sorted.length) - 1)];
  }

  double median() {
    return percentile(50);
  }

  double worst() {
    return percentile(100);
  }
}

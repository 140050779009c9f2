package io.appserver.orchestrator.metrics;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Takes measurements. Each wants as many label values as the family has labels, in their order.
 *
 * <p>Every method throws {@link IllegalArgumentException} if the family is of another type or has
 * other labels.
 */
interface Meters {

  /**
   * Makes a counter or timer be there, at zero if it is new: a rate can only be taken of what was
   * there before.
   */
  void announce(Family family, String... labelValues);

  void count(Family family, String... labelValues);

  void time(Family family, Duration took, String... labelValues);

  /** Reads the gauge whenever it is scraped; must not wait for anything. */
  void read(Family family, Supplier<Double> value, String... labelValues);
}

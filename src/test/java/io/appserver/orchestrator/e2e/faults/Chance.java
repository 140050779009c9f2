package io.appserver.orchestrator.e2e.faults;

import java.time.Duration;
import java.util.Random;

/**
 * When a fault strikes. Usually as soon as everything is in the midst of its work; with a seed
 * ({@code simulation.seed}) some time after, which the seed decides.
 */
final class Chance {

  private static final Duration LATEST = Duration.ofSeconds(4);

  private static final Long SEED = Long.getLong("simulation.seed");
  private static final Random RANDOM = SEED == null ? new Random() : new Random(SEED);

  private Chance() {}

  static void delay() {
    if (SEED != null) {
      Scene.last(Duration.ofMillis(RANDOM.nextLong(LATEST.toMillis())));
    }
  }
}

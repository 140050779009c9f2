package io.appserver.orchestrator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random histories over the real store. */
class SimulationE2E {

  @Test
  void historiesEndAsTheyShould() {
    long first = Long.getLong("simulation.seed", new Random().nextLong(1_000_000_000));
    var atMost =
        Duration.ofSeconds(
            (long) (60 * Double.parseDouble(System.getProperty("simulation.minutes", "1"))));
    System.out.println("simulation.seed=" + first);
    long began = System.nanoTime();
    int played = 0;
    try (var simulator = new Simulator(Mutation.NONE)) {
      while (System.nanoTime() - began < atMost.toNanos()) {
        Optional<Simulator.Failure> failure = simulator.play(first + played);
        played++;
        if (failure.isPresent()) {
          System.out.println("FAILED " + failure.get().what() + " seed " + failure.get().seed());
          Simulator.Failure shortest = simulator.shorten(failure.get(), Duration.ofMinutes(1));
          System.out.println("shortest: " + shortest.what());
          shortest.steps().forEach(s -> System.out.println("  " + s));
          shortest.trace().forEach(s -> System.out.println("    " + s));
          assertThat(shortest.what()).isEmpty();
        }
      }
    }
    System.out.println("played " + played);
  }
}

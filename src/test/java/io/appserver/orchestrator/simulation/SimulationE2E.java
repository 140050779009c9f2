package io.appserver.orchestrator.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random histories of events, faults, pauses and crashes over the real store and an engine in
 * memory. {@code -Dsimulation.seed} (1) says with which one to begin, {@code -Dsimulation.minutes}
 * (0.5) how long to play. script/soak plays other ones each time.
 */
class SimulationE2E {

  /** Histories that failed once, each for a fault that was found by it. */
  private static final long[] ONCE_FAILED = {
    46, 49, 57, 136, 1019, 1031, 1138, 1195, 1237, 1334, 1345, 1353, 1553, 2085, 2483, 3264,
    394177880
  };

  private static final int RENAMED_HISTORIES = 25;
  private static final int BETWEEN_NAMES = 8;

  private static final int BESIDE_BAD_APPS = 2;

  /** Somebody looks what is due that often. */
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

  /** The history that found a fault last; while it does, no other need be played. */
  private static final Map<Mutation, Long> FOUND_BY =
      Map.of(
          Mutation.NO_LEASE_CHECK, 46L,
          Mutation.SIGNALS_LOST, 1L,
          Mutation.NOTHING_CONDEMNED, 31L);

  /** A fault in the store is found well before this many. */
  private static final int MOST_FOR_A_MUTATION = 300;

  @Test
  void randomHistoriesEndAsTheyShould() {
    long seed = Long.getLong("simulation.seed", 1);
    double minutes = Double.parseDouble(System.getProperty("simulation.minutes", "0.5"));
    long nanos = (long) (minutes * Duration.ofMinutes(1).toNanos());
    System.out.println("histories from -Dsimulation.seed=" + seed);
    long began = System.nanoTime();
    int played = 0;
    try (var simulator = new Simulator(Mutation.NONE)) {
      while (played == 0 || System.nanoTime() - began < nanos) {
        requireGoodEnd(simulator, seed + played);
        played++;
      }
    }
    System.out.printf("%d histories in %.0f s%n", played, (System.nanoTime() - began) / 1e9);
  }

  /** After every few steps the node has another name; who stood still then goes on later. */
  @Test
  void historiesOfARenamedNodeEndAsTheyShould() {
    long seed = Long.getLong("simulation.seed", 1);
    try (var simulator = new Simulator(Mutation.NONE)) {
      for (long next = seed; next < seed + RENAMED_HISTORIES; next++) {
        var steps = new ArrayList<Step>();
        for (Step step : Simulator.steps(next)) {
          steps.add(step);
          if (steps.size() % BETWEEN_NAMES == 0) {
            steps.add(new Step(Step.Kind.RENAME, 0, 0, next));
          }
        }
        requireGoodEnd(simulator, next, simulator.play(steps, next));
      }
    }
  }

  @Test
  void historiesThatFailedOnceEndAsTheyShould() {
    try (var simulator = new Simulator(Mutation.NONE)) {
      LongStream.of(ONCE_FAILED).forEach(seed -> requireGoodEnd(simulator, seed));
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "FEW_THREADS"})
  void aFaultInTheStoreIsFound(Mutation mutation) {
    try (var simulator = new Simulator(mutation)) {
      Optional<Simulator.Failure> found =
          LongStream.concat(
                  LongStream.of(FOUND_BY.getOrDefault(mutation, 0L)),
                  LongStream.range(0, MOST_FOR_A_MUTATION))
              .mapToObj(simulator::play)
              .flatMap(Optional::stream)
              .findFirst();
      assertThat(found).as("a history that shows it").isPresent();
      System.out.printf("%s: found by history %d%n", mutation, found.get().seed());
    }
  }

  @Test
  void appsThatAreSlowOrFailOrTalkRubbishChangeNeitherWhenNorHowOthersAreTreated() {
    try (var simulator = new Simulator(Mutation.NONE)) {
      long first = Long.getLong("simulation.seed", 1);
      for (long seed = first; seed < first + BESIDE_BAD_APPS; seed++) {
        Map<String, Treatment> alone = simulator.playCalmly(seed, /* besideBadApps= */ false);
        Map<String, Treatment> beside = simulator.playCalmly(seed, /* besideBadApps= */ true);
        assertThat(alone).as("apps in history %d", seed).isNotEmpty();
        assertThat(beside.keySet()).isEqualTo(alone.keySet());
        for (String app : alone.keySet()) {
          assertThat(beside.get(app).how())
              .as("how %s is treated in history %d%n%s", app, seed, beside.get(app))
              .isEqualTo(alone.get(app).how());
          assertThat(beside.get(app).delayAgainst(alone.get(app)))
              .as(
                  "when %s is treated in history %d%n%s%nalone:%n%s",
                  app, seed, beside.get(app), alone.get(app))
              .isLessThanOrEqualTo(LONGEST_DELAY);
        }
      }
    }
  }

  @Test
  void whatKeepsTheThreadsOfOthersIsFound() {
    try (var alone = new Simulator(Mutation.NONE);
        var mutated = new Simulator(Mutation.FEW_THREADS)) {
      assertThat(mutated.playCalmly(1, /* besideBadApps= */ false))
          .isEqualTo(alone.playCalmly(1, /* besideBadApps= */ false));
      assertThat(mutated.playCalmly(1, /* besideBadApps= */ true))
          .isNotEqualTo(alone.playCalmly(1, /* besideBadApps= */ true));
    }
  }

  @Test
  void theSameSeedPlaysTheSameHistory() {
    try (var simulator = new Simulator(Mutation.NONE)) {
      simulator.play(49);
      var first = simulator.lastTrace();
      simulator.play(49);

      assertThat(simulator.lastTrace()).isEqualTo(first);
    }
  }

  private static void requireGoodEnd(Simulator simulator, long seed) {
    requireGoodEnd(simulator, seed, simulator.play(seed));
  }

  private static void requireGoodEnd(
      Simulator simulator, long seed, Optional<Simulator.Failure> end) {
    end.ifPresent(failure -> {
      Simulator.Failure shortest = simulator.shorten(failure, Duration.ofMinutes(1));
      throw new AssertionError(
          "-Dsimulation.seed=%d: %s%nthe shortest history found, of %d steps, ends with: %s%n%s%n%nwhat happened:%n%s"
              .formatted(
                  seed,
                  failure.what(),
                  shortest.steps().size(),
                  shortest.what(),
                  shortest.steps().stream().map(Step::toString).collect(Collectors.joining("\n")),
                  String.join("\n", shortest.trace())));
    });
  }
}

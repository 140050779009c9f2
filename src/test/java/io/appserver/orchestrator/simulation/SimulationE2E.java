package io.appserver.orchestrator.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.simulation.CalmHistory.Beside;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /** The same, with lines, tables and names that fail besides. */
  private static final long[] ONCE_FAILED_IN_TROUBLE = {11, 68};

  private static final int RENAMED_HISTORIES = 25;
  private static final int BETWEEN_NAMES = 8;

  private static final int BESIDE_BAD_APPS = 2;
  private static final int BESIDE_TROUBLE = 3;

  /** Somebody looks what is due that often. */
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);

  /** The history that found a fault last; while it does, no other need be played. */
  private static final Map<Mutation, Long> FOUND_BY =
      Map.of(
          Mutation.NO_LEASE_CHECK, 119L,
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
        long next = seed + played;
        requireGoodEnd(simulator, next, simulator.play(Simulator.troubledSteps(next), next));
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
      LongStream.of(ONCE_FAILED_IN_TROUBLE)
          .forEach(seed ->
              requireGoodEnd(simulator, seed, simulator.play(Simulator.troubledSteps(seed), seed)));
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
        Map<String, Treatment> alone = simulator.playCalmly(seed, Beside.NOTHING);
        Map<String, Treatment> beside = simulator.playCalmly(seed, Beside.BAD_APPS);
        requireSameTreatment(seed, alone, beside, LONGEST_DELAY);
      }
    }
  }

  @Test
  void aTableThatIsAwayAndANodeOfAnotherNameChangeNothing() {
    try (var simulator = new Simulator(Mutation.NONE)) {
      long first = Long.getLong("simulation.seed", 1);
      for (long seed = first; seed < first + BESIDE_TROUBLE; seed++) {
        Map<String, Treatment> before = simulator.playCalmly(seed, Beside.NOTHING);
        requireSameTreatment(
            seed,
            before,
            simulator.playCalmly(seed, Beside.TABLES_AWAY),
            CalmHistory.AWAY.plus(LONGEST_DELAY));
        requireSameTreatment(
            seed,
            before,
            simulator.playCalmly(seed, Beside.OTHER_NAMES),
            Nodes.PATIENCE.plus(LONGEST_DELAY));
      }
    }
  }

  private static void requireSameTreatment(
      long seed, Map<String, Treatment> one, Map<String, Treatment> other, Duration longestDelay) {
    assertThat(one).as("apps in history %d", seed).isNotEmpty();
    assertThat(other.keySet()).isEqualTo(one.keySet());
    for (String app : one.keySet()) {
      assertThat(other.get(app).how())
          .as("how %s is treated in history %d%n%s", app, seed, other.get(app))
          .isEqualTo(one.get(app).how());
      assertThat(other.get(app).delayAgainst(one.get(app)))
          .as(
              "when %s is treated in history %d%n%s%nwithout what went on beside:%n%s",
              app, seed, other.get(app), one.get(app))
          .isLessThanOrEqualTo(longestDelay);
    }
  }

  @Test
  void whatKeepsTheThreadsOfOthersIsFound() {
    try (var mutated = new Simulator(Mutation.FEW_THREADS)) {
      Map<String, Treatment> alone = mutated.playCalmly(1, Beside.NOTHING);
      Map<String, Treatment> beside = mutated.playCalmly(1, Beside.BAD_APPS);

      assertThat(alone).isNotEmpty();
      assertThatThrownBy(() -> requireSameTreatment(1, alone, beside, LONGEST_DELAY))
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void theSameSeedPlaysTheSameHistory() {
    try (var simulator = new Simulator(Mutation.NONE)) {
      List<Step> steps = Simulator.troubledSteps(49);
      simulator.play(steps, 49);
      var first = simulator.lastTrace();
      simulator.play(steps, 49);

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

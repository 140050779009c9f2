package io.appserver.orchestrator.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Kills the process at each fault point of scenarios that follow each other in turns: what one ends
 * with is what the next begins with. How many points there are is found out by going through each
 * once undisturbed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class CrashAtEveryStep {

  /** Every point, as in a soak; else some of each scenario. */
  private static final boolean ALL = Boolean.getBoolean("orchestrator.soak");

  /** Of each scenario, unless it is all. */
  private static final int SOME = 2;

  /** Says which these are: {@code -Dorchestrator.crash.seed=7}. */
  private static final long SEED = Long.getLong("orchestrator.crash.seed", 1);

  /** Those alone whose names this is part of: {@code -Dorchestrator.crash=rename}. */
  private static final String ONLY = System.getProperty("orchestrator.crash", "");

  /** One in so many may be over before its point: what goes on side by side varies. */
  private static final int MISSED_AT_MOST = 10;

  private Site site;

  /** A point of a scenario, by its number. */
  private record Stop(Scenario scenario, int number, String point) {

    /** What a point's name, such as {@code create.opened:1}, has between dot and colon. */
    private String moment() {
      return point.substring(point.indexOf('.') + 1, point.indexOf(':'));
    }

    @Override
    public String toString() {
      return "%s, killed at %d, %s".formatted(scenario.name(), number, point);
    }
  }

  /** Makes the apps, and says what is to happen to them, again and again in this order. */
  abstract List<Scenario> scenarios(Site site);

  @BeforeAll
  void open() {
    site = new Site(getClass().getSimpleName());
  }

  @AfterAll
  void close() {
    site.close();
  }

  @TestFactory
  Stream<DynamicTest> whateverIsCutShortIsFinishedByTheNextProcess() {
    System.out.println(getClass().getSimpleName() + ": " + (ALL ? "every point" : "seed " + SEED));
    List<Scenario> scenarios = scenarios(site);
    var life = new Life(site);
    var stops = new ArrayList<List<Stop>>();
    var missed = new ArrayList<Stop>();
    for (Scenario scenario : scenarios) {
      stops.add(stops(scenario, life.points(scenario)));
    }
    life.anotherProcess();
    return Stream.concat(
        inTurns(stops)
            .map(stop ->
                DynamicTest.dynamicTest(
                    stop.toString(),
                    () -> {
                      if (!life.killedAt(stop.number(), stop.scenario())) {
                        missed.add(stop);
                      }
                    })),
        Stream.of(
            DynamicTest.dynamicTest(
                "nearly every kill came about",
                () ->
                    assertThat(missed)
                        .hasSizeLessThanOrEqualTo(
                            Math.max(
                                1, stops.stream().mapToInt(List::size).sum() / MISSED_AT_MOST)))));
  }

  private static List<Stop> stops(Scenario scenario, List<String> points) {
    assertThat(points).as("fault points of %s", scenario).hasSizeGreaterThan(5);
    var stops = new ArrayList<Stop>();
    for (int i = 0; i < points.size(); i++) {
      var stop = new Stop(scenario, i + 1, points.get(i));
      if (stop.toString().contains(ONLY)) {
        stops.add(stop);
      }
    }
    return ALL || !ONLY.isEmpty() ? stops : some(stops);
  }

  /**
   * As many, spread over the scenario, others each time. None where a transaction is not committed
   * yet, or a call not made: killed there it leaves what the point before it left.
   */
  private static List<Stop> some(List<Stop> all) {
    List<Stop> telling =
        all.stream()
            .filter(stop -> !stop.moment().equals("written") && !stop.moment().equals("asked"))
            .toList();
    int count = Math.min(SOME, telling.size());
    double part = (double) telling.size() / count;
    var random = new Random(SEED);
    var chosen = new ArrayList<Stop>();
    for (int i = 0; i < count; i++) {
      chosen.add(telling.get((int) (part * (i + random.nextDouble()))));
    }
    return chosen;
  }

  /** The first of each, the second of each, and so on. */
  private static Stream<Stop> inTurns(List<List<Stop>> stops) {
    int longest = stops.stream().mapToInt(List::size).max().orElse(0);
    return Stream.iterate(0, i -> i < longest, i -> i + 1)
        .flatMap(i -> stops.stream().filter(some -> i < some.size()).map(some -> some.get(i)));
  }
}

package io.appserver.orchestrator.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A history in which nothing fails by chance and nothing but waiting takes time, and in which
 * everything comes to rest before the next thing happens.
 */
final class CalmHistory {

  /** What else goes on. */
  enum Beside {
    NOTHING,
    BAD_APPS,
    /** Each minute one of the platform's tables is away for a while. */
    TABLES_AWAY,
    /** Each minute the node gets another name. */
    OTHER_NAMES
  }

  /** What happens to the apps. */
  private static final List<Step.Kind> KINDS =
      List.of(
          Step.Kind.INSTALL,
          Step.Kind.INSTALL,
          Step.Kind.UNINSTALL,
          Step.Kind.STAGE,
          Step.Kind.EXIT,
          Step.Kind.VANISH,
          Step.Kind.OUT_OF_MEMORY,
          Step.Kind.RESTART,
          Step.Kind.REDEPLOY,
          Step.Kind.HOLD,
          Step.Kind.RELEASE);

  private static final int STEPS = 10;
  private static final int MOST_MOVES = 20_000;

  /** Longer than any pause between two tries of what goes well. */
  private static final Duration BETWEEN_STEPS = Duration.ofMinutes(1);

  /** All that a step leads to has come about by then. */
  private static final Duration SETTLED = Duration.ofSeconds(25);

  /** For how long a table is away. */
  static final Duration AWAY = Duration.ofSeconds(12);

  private final World world;
  private final Beside beside;
  private final Rest rest;
  private final BadApps bad;

  CalmHistory(World world, Beside beside) {
    this.world = world;
    this.beside = beside;
    rest = new Rest(world);
    bad = new BadApps(world);
  }

  /**
   * Plays it.
   *
   * @return when and how each of the apps was treated
   * @throws Violation if an invariant does not hold
   */
  Map<String, Treatment> play(long seed) {
    world.calm();
    world.open();
    if (beside == Beside.BAD_APPS) {
      bad.install(new Random(seed));
    }
    var invariants = new Invariants(world);
    var happenings = new Happenings(world, rest);
    var chance = new Random(seed);
    for (int i = 0; i < STEPS; i++) {
      Step step =
          new Step(
              KINDS.get(chance.nextInt(KINDS.size())),
              chance.nextInt(1000),
              4 * chance.nextInt(250), // told once
              chance.nextLong());
      world.tell("-- " + step);
      happenings.happen(step);
      Instant began = Staging.OPENING.plus(BETWEEN_STEPS.multipliedBy(i));
      switch (beside) {
        case NOTHING -> {}
        case BAD_APPS -> bad.askFor();
        case TABLES_AWAY -> {
          goOn(step, began.plus(SETTLED));
          world.platform.takeAway(i);
          goOn(step, began.plus(SETTLED).plus(AWAY));
          world.platform.bringBack();
        }
        case OTHER_NAMES -> {
          goOn(step, began.plus(SETTLED));
          world.rename();
        }
      }
      goOn(step, began.plus(BETWEEN_STEPS));
      invariants.check();
    }
    return Treatment.of(world.database, "a", Staging.OPENING);
  }

  private void goOn(Step step, Instant until) {
    long before = world.stage.moves();
    rest.work(new Random(step.seed()), MOST_MOVES, Duration.between(world.stage.now(), until));
    if (world.stage.moves() - before >= MOST_MOVES) {
      throw new Violation("somebody works without a pause");
    }
    world.stage.passUntil(until);
  }
}

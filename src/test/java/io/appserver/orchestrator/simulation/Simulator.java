package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Plays histories, one after the other, on one database. */
final class Simulator implements AutoCloseable, TestDatabase.Interference {

  private static final Logger LOG = Logger.getLogger("io.appserver.orchestrator");

  private static final int SHORTEST = 8;
  private static final int LONGEST = 50;

  /** What happens to the apps of a calm history. */
  private static final List<Step.Kind> CALM =
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

  private static final int CALM_STEPS = 10;
  private static final int MOST_CALM_MOVES = 20_000;

  /** Longer than any pause between two tries of what goes well. */
  private static final Duration BETWEEN_CALM_STEPS = Duration.ofMinutes(1);

  private final TestDatabase database;
  private final Mutation mutation;
  private @Nullable World world;

  /**
   * A history that ended badly.
   *
   * @param trace what happened in it, line by line
   */
  record Failure(List<Step> steps, long seed, String what, List<String> trace) {
    /** What it has in common with others of the kind: the words before the particulars. */
    String kind() {
      return what.replaceFirst(":.*", "").replaceAll("[0-9a-f-]*[0-9][0-9a-f-]*", "");
    }
  }

  Simulator(Mutation mutation) {
    this.mutation = mutation;
    database = TestDatabase.create(this, this::now);
  }

  static {
    LOG.setUseParentHandlers(false);
    LOG.setLevel(Level.WARNING);
    LOG.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            Staging.self().ifPresent(actor -> actor.logged(entry));
          }

          @Override
          public void flush() {
            // nothing is kept
          }

          @Override
          public void close() {
            // nothing to close
          }
        });
  }

  private Instant now() {
    World current = world;
    return current == null ? Instant.EPOCH : current.stage.now();
  }

  @Override
  public void committing() {
    if (world != null) {
      world.committing();
    }
  }

  @Override
  public void committed() {
    if (world != null) {
      world.committed();
    }
  }

  /** The history that the seed stands for. */
  static List<Step> steps(long seed) {
    var chance = new Random(seed);
    int length = SHORTEST + chance.nextInt(LONGEST - SHORTEST);
    var steps = new ArrayList<Step>();
    for (int i = 0; i < length; i++) {
      steps.add(Step.random(chance));
    }
    return steps;
  }

  Optional<Failure> play(long seed) {
    return play(steps(seed), seed);
  }

  Optional<Failure> play(List<Step> steps, long seed) {
    var now = new World(database, mutation, new Staging());
    world = now;
    try {
      now.open();
      var rest = new Rest(now);
      var invariants = new Invariants(now);
      var happenings = new Happenings(now, rest);
      for (Step step : steps) {
        now.tell("-- " + step);
        happenings.happen(step);
        invariants.check();
      }
      new EndState(now, rest, invariants).require(new Random(seed));
      return Optional.empty();
    } catch (Violation e) {
      return Optional.of(new Failure(steps, seed, String.valueOf(e.getMessage()), told(now, e)));
    } finally {
      now.close();
    }
  }

  /**
   * Plays a history in which nothing fails by chance and nothing but waiting takes time, and in
   * which everything comes to rest before the next thing happens.
   *
   * @return when and how each of the apps was treated
   * @throws Violation if an invariant does not hold
   */
  Map<String, Treatment> playCalmly(long seed, boolean besideBadApps) {
    var now = new World(database, mutation, new Staging());
    world = now;
    try {
      now.calm();
      now.open();
      var rest = new Rest(now);
      var bad = new BadApps(now);
      if (besideBadApps) {
        bad.install(new Random(seed));
      }
      var invariants = new Invariants(now);
      var happenings = new Happenings(now, rest);
      var chance = new Random(seed);
      for (int i = 0; i < CALM_STEPS; i++) {
        Step step =
            new Step(
                CALM.get(chance.nextInt(CALM.size())),
                chance.nextInt(1000),
                4 * chance.nextInt(250), // told once
                chance.nextLong());
        now.tell("-- " + step);
        happenings.happen(step);
        if (besideBadApps) {
          bad.askFor();
        }
        long before = now.stage.moves();
        rest.work(new Random(step.seed()), MOST_CALM_MOVES, BETWEEN_CALM_STEPS);
        if (now.stage.moves() - before >= MOST_CALM_MOVES) {
          throw new Violation("somebody works without a pause");
        }
        now.stage.passUntil(Staging.OPENING.plus(BETWEEN_CALM_STEPS.multipliedBy(i + 1L)));
        invariants.check();
      }
      return Treatment.of(database, "a", Staging.OPENING);
    } catch (Violation e) {
      throw new Violation(e.getMessage() + "\n" + String.join("\n", told(now, e)), e);
    } finally {
      now.close();
    }
  }

  long moves() {
    return world == null ? 0 : world.stage.moves();
  }

  List<String> lastTrace() {
    return world == null ? List.of() : told(world, new Violation(""));
  }

  private List<String> told(World now, Violation violation) {
    var all = new ArrayList<>(now.trace());
    database
        .rows(
            "SELECT extract(epoch FROM at) - 1893456000, app_name, cause, from_state, to_state, code, fence, message FROM orchestrator_history ORDER BY id")
        .forEach(row -> all.add("history: " + row));
    if (violation.getCause() != null) {
      for (StackTraceElement element : violation.getCause().getStackTrace()) {
        all.add("    at " + element);
      }
    }
    return all;
  }

  /** The shortest part of the history that still fails, found within the time. */
  Failure shorten(Failure found, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    Failure best = found;
    int part = Math.max(1, best.steps().size() / 2);
    while (part > 0 && System.nanoTime() < deadline) {
      boolean shorter = false;
      for (int from = 0; from < best.steps().size() && System.nanoTime() < deadline; ) {
        var fewer = new ArrayList<>(best.steps());
        fewer.subList(from, Math.min(fewer.size(), from + part)).clear();
        Optional<Failure> still = play(fewer, best.seed());
        if (still.filter(f -> f.kind().equals(found.kind())).isPresent()) {
          best = still.get();
          shorter = true;
        } else {
          from += part;
        }
      }
      if (!shorter || part > 1) {
        part /= 2;
      }
    }
    return best;
  }

  @Override
  public void close() {
    world = null;
    database.close();
  }
}

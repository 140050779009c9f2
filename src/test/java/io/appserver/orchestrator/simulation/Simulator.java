package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.supervision.reconcile.ReconcileLoop;
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

  /** Tells of what goes wrong again and again more quietly. */
  private static final Logger WATCH = Logger.getLogger(ReconcileLoop.class.getName());

  private static final int SHORTEST = 8;
  private static final int LONGEST = 50;

  /** What happens in no history that chance alone gives. */
  private static final int MOST_TROUBLES = 4;

  private static final int LONGEST_TROUBLE = 10;

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
    WATCH.setLevel(Level.FINE);
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

  /** The same with some troubles in it, most of which end after a few steps. */
  static List<Step> troubledSteps(long seed) {
    var steps = new ArrayList<>(steps(seed));
    var chance = new Random(~seed);
    for (int left = 1 + chance.nextInt(MOST_TROUBLES); left > 0; left--) {
      int at = chance.nextInt(steps.size());
      int end = Math.min(steps.size(), at + 1 + chance.nextInt(LONGEST_TROUBLE));
      Step trouble = Step.trouble(chance);
      trouble.end().ifPresent(step -> steps.add(end, step));
      steps.add(at, trouble);
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
   * Plays a calm history.
   *
   * @return when and how each of the apps was treated
   * @throws Violation if an invariant does not hold
   */
  Map<String, Treatment> playCalmly(long seed, CalmHistory.Beside beside) {
    var now = new World(database, mutation, new Staging());
    world = now;
    try {
      return new CalmHistory(now, beside).play(seed);
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

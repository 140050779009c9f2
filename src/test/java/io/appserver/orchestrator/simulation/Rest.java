package io.appserver.orchestrator.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Lets a world go on by itself: its threads act, and time passes when they wait. */
final class Rest {

  /** So many times nothing happened though time passed, and nothing is expected any more. */
  private static final int QUIET = 4;

  /** A world that does more than this without rest goes on for ever. */
  private static final int MOST_MOVES = 6000;

  private static final int MOST_LEAPS = 500;
  private static final Duration POLL = Duration.ofMillis(500);

  /** Within this time somebody compares what should be with what is. */
  private static final Duration WATCH = Duration.ofSeconds(5);

  private final World world;

  Rest(World world) {
    this.world = world;
  }

  /** So many moves at most, while so much time passes at most in which nobody can do anything. */
  void work(Random chance, int moves, Duration atMost) {
    Instant deadline = world.stage.now().plus(atMost);
    int left = moves;
    while (left > 0) {
      int made = world.stage.act(chance, left);
      world.bury();
      left -= Math.max(made, 1);
      if (left > 0) {
        Optional<Instant> next = next().filter(time -> !time.isAfter(deadline));
        if (next.isEmpty()) {
          return;
        }
        world.stage.passUntil(next.get());
      }
    }
  }

  /**
   * Until nothing happens any more.
   *
   * @throws Violation if that does not come about
   */
  void untilNothingHappens(Random chance) {
    String before = "";
    int quiet = 0;
    int moves = 0;
    for (int leap = 0; leap < MOST_LEAPS && moves < MOST_MOVES; leap++) {
      moves += world.stage.act(chance, MOST_MOVES);
      world.bury();
      String now = happened();
      quiet = now.equals(before) && !world.stage.busy() && settled() ? quiet + 1 : 0;
      before = now;
      if (quiet > QUIET) {
        return;
      }
      world.stage.passUntil(next().orElse(world.stage.now().plus(WATCH)));
    }
    throw new Violation("it does not come to rest");
  }

  /** Tells whether anything happened since. */
  private String happened() {
    return world
        .database
        .rows(
            """
            SELECT (SELECT max(id) FROM orchestrator_history WHERE from_state <> to_state),
              (SELECT max(id) FROM orchestrator_act)
            """)
        .getFirst();
  }

  /** Whether nothing is to be done but to look now and then whether what is waited for has come. */
  private boolean settled() {
    return world
        .database
        .rows(
            """
            SELECT 1 FROM orchestrator_work WHERE signal_seq > handled_seq
              AND node NOT IN (SELECT name FROM orchestrator_node WHERE retired_at IS NOT NULL)
            UNION ALL
            SELECT 1 FROM deployments d JOIN apps a ON a.id = d.app_id AND a.state = 'installed'
            WHERE next_look_at IS NOT NULL
              AND reason_code NOT IN ('dependency_missing', 'dependency_failed', 'held')
            """)
        .isEmpty();
  }

  /** When something may be due, be it for a thread or in the database. */
  private Optional<Instant> next() {
    List<String> due =
        world.database.rows(
            """
            SELECT CAST(extract(epoch FROM min(greatest(
                CASE WHEN signal_seq > handled_seq THEN clock_timestamp() ELSE wake_at END,
                coalesce(lease_expires, '-infinity')))) * 1000 AS bigint)
            FROM orchestrator_work WHERE (signal_seq > handled_seq OR wake_at IS NOT NULL)
              AND node NOT IN (SELECT name FROM orchestrator_node WHERE retired_at IS NOT NULL)
            """);
    Instant soon = world.stage.now().plus(POLL);
    Optional<Instant> stored =
        due.stream()
            .filter(millis -> !millis.equals("null"))
            .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis) + 1))
            .map(time -> time.isBefore(soon) ? soon : time)
            .findFirst();
    Optional<Instant> cue = world.stage.nextCue();
    return cue.isPresent() && stored.filter(cue.get()::isAfter).isEmpty() ? cue : stored;
  }
}

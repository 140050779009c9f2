package io.appserver.orchestrator.simulation;

import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One thing that happens in a history. It can be done in any world, whatever went before, so that
 * parts of a history are histories too.
 *
 * @param who which app, instance or container of those there are
 * @param what which of several ways
 * @param seed of all chance within the step
 */
record Step(Kind kind, int who, int what, long seed) {

  /** What may happen, and how often in comparison. */
  enum Kind {
    WORK(50),
    LONG_WORK(10),
    INSTALL(8),
    UNINSTALL(5),
    REINSTALL(2),
    DELETE(1),
    STRAY_EVENT(3),
    STAGE(5),
    OFFER(4),
    SETTING(4),
    DEPENDENCY(2),
    EXIT(4),
    OUT_OF_MEMORY(1),
    VANISH(2),
    SICKEN(8),
    HEAL(3),
    EXIT_AT_START(1),
    FAULT(10),
    DELIVER_LATE(5),
    ENGINE_AWAY(1),
    ENGINE_BACK(3),
    EVENTS_LOST(1),
    PULL_FAILS(2),
    TRANSACTION(5),
    FREEZE(3),
    FREEZE_THREAD(4),
    THAW(6),
    CRASH(3),
    STOP(1),
    BEGIN(4),
    TIME(3),
    HOLD(1),
    RELEASE(2),
    RESTART(1),
    REDEPLOY(2),
    RECONCILE(2),
    FOREIGN(1),
    BY_HAND(1),
    // Never by chance alone: the histories of all seeds stay what they are.
    RENAME(0),
    /** One of the platform's tables. */
    TABLE_AWAY(0),
    TABLE_BACK(0),
    /** The calls for one app. */
    LINE(0);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  private static final List<Kind> TROUBLES =
      List.of(Kind.TABLE_AWAY, Kind.TABLE_AWAY, Kind.LINE, Kind.LINE, Kind.RENAME);

  private static final int ALL = weights();

  private static int weights() {
    int sum = 0;
    for (Kind kind : Kind.values()) {
      sum += kind.weight;
    }
    return sum;
  }

  static Step random(Random chance) {
    int left = chance.nextInt(ALL);
    for (Kind kind : Kind.values()) {
      left -= kind.weight;
      if (left < 0) {
        return new Step(kind, chance.nextInt(1000), chance.nextInt(1000), chance.nextLong());
      }
    }
    throw new IllegalStateException("no step");
  }

  static Step trouble(Random chance) {
    Kind kind = TROUBLES.get(chance.nextInt(TROUBLES.size()));
    return new Step(kind, chance.nextInt(1000), 1 + chance.nextInt(999), chance.nextLong());
  }

  /** What ends it, if it is a trouble that does not end by itself. */
  Optional<Step> end() {
    return switch (kind) {
      case TABLE_AWAY -> Optional.of(new Step(Kind.TABLE_BACK, who, what, seed));
      case LINE -> Optional.of(new Step(Kind.LINE, who, 0, seed));
      default -> Optional.empty();
    };
  }
}

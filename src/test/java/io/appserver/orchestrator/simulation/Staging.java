package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.convergence.work.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Where threads act one at a time: each goes on only when it is told to, and stops at the next call
 * it makes of a store or the engine. Time passes only as the stage lets it.
 */
final class Staging implements TimeSource {

  /** With nanoseconds, as the engine's times have them, which no row keeps. */
  static final Instant OPENING = Instant.parse("2030-01-01T00:00:00.123456789Z");

  @SuppressWarnings("ThreadLocalUsage") // the threads are the stage's own
  private static final ThreadLocal<@Nullable Actor> SELF = new ThreadLocal<>();

  /** One time in this many a move takes its time. */
  private static final int SLOW = 12;

  private static final int SLOWEST_MILLIS = 400;

  /** What is due by the database's microseconds is so by the clock's nanoseconds after a few. */
  private static final Duration SHORTEST_MOVE = Duration.ofNanos(50_000);

  private final List<Actor> actors = new ArrayList<>();
  private final Semaphore baton = new Semaphore(0);
  private volatile Instant now = OPENING;
  private @Nullable Throwable failure;
  private long made;
  private @Nullable Actor last;
  private Consumer<LogRecord> log = entry -> {};
  private boolean movesTakeTime = true;

  /** A thread on the stage. */
  final class Actor {
    final String owner;
    final String role;
    private final BooleanSupplier background;
    private final Semaphore cue = new Semaphore(0);
    private @Nullable Semaphore bell;
    private Instant until = Instant.MIN;
    private boolean waits;
    private boolean frozen;
    private volatile boolean dead;
    private boolean ended;

    private Actor(String owner, String role, BooleanSupplier background) {
      this.owner = owner;
      this.role = role;
      this.background = background;
    }

    private boolean ready() {
      Semaphore wanted = bell;
      return !frozen
          && (!waits || !until.isAfter(now) || (wanted != null && wanted.availablePermits() > 0));
    }

    private void park() {
      if (dead) {
        throw new Crash();
      }
      baton.release();
      cue.acquireUninterruptibly();
      if (dead) {
        throw new Crash();
      }
    }

    private void run(Runnable part) {
      SELF.set(this);
      cue.acquireUninterruptibly();
      try {
        if (!dead) {
          part.run();
        }
      } catch (Crash e) {
        dead = true;
      } catch (Throwable e) {
        failure = e;
      } finally {
        ended = true;
        baton.release();
      }
    }

    /** It logged something. */
    void logged(LogRecord entry) {
      log.accept(entry);
    }

    void freeze(boolean now) {
      frozen = now;
    }

    boolean isAlive() {
      return !dead;
    }

    boolean isBackground() {
      return background.getAsBoolean();
    }
  }

  /**
   * Puts a thread on the stage, where it waits for its cue.
   *
   * @param owner the instance that it goes down with
   * @param background whether what it waits for is no reason to let time pass
   */
  void enter(String owner, String role, BooleanSupplier background, Runnable part) {
    var actor = new Actor(owner, role, background);
    actors.add(actor);
    var thread = new Thread(() -> actor.run(part), owner + " " + role);
    thread.setDaemon(true);
    thread.start();
  }

  /** From now on hardly any time passes but while all wait. */
  void movesTakeNoTime() {
    movesTakeTime = false;
  }

  /** Is told what the stage's threads log. */
  void onLog(Consumer<LogRecord> listener) {
    log = listener;
  }

  /** Who acts now; empty outside of the stage's threads. */
  static Optional<Actor> self() {
    return Optional.ofNullable(SELF.get());
  }

  /** A place where others may go on first, or the instance be killed. */
  void pauseHere() {
    Actor self = SELF.get();
    if (self != null) {
      self.park();
    }
  }

  /** Waits that long. */
  void sleep(Duration time) {
    Actor self = SELF.get();
    if (self != null) {
      await(self, null, time);
    }
  }

  @Override
  public boolean tryAcquire(Semaphore bell, Duration atMost) {
    Actor self = SELF.get();
    if (self != null && !bell.tryAcquire()) {
      await(self, bell, atMost);
      return bell.tryAcquire();
    }
    return self != null || bell.tryAcquire();
  }

  private void await(Actor self, @Nullable Semaphore bell, Duration atMost) {
    self.bell = bell;
    self.until = now.plus(atMost);
    self.waits = true;
    try {
      self.park();
    } finally {
      self.waits = false;
      self.bell = null;
    }
  }

  @Override
  public Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now;
      }
    };
  }

  Instant now() {
    return now;
  }

  @Override
  public long nanoTime() {
    return Duration.between(OPENING, now).toNanos();
  }

  /** How many moves were made in all. */
  long moves() {
    return made;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /**
   * Lets those go on who can, one move each time, in an order that chance gives.
   *
   * @return how many moves were made: fewer than asked for if nobody could go on any more
   */
  int act(Random chance, int moves) {
    for (int move = 0; move < moves; move++) {
      made++;
      List<Actor> ready = actors.stream().filter(Actor::ready).toList();
      if (ready.isEmpty()) {
        return move;
      }
      Actor before = last;
      boolean goesOn = before != null && ready.contains(before) && chance.nextInt(4) > 0;
      Actor next = goesOn ? before : ready.get(chance.nextInt(ready.size()));
      last = next;
      cue(next);
      if (!movesTakeTime) {
        pass(SHORTEST_MOVE);
      } else if (chance.nextInt(SLOW) == 0) {
        pass(Duration.ofMillis(chance.nextInt(SLOWEST_MILLIS)));
      }
    }
    return moves;
  }

  private void cue(Actor actor) {
    actor.cue.release();
    baton.acquireUninterruptibly();
    actors.removeIf(other -> other.ended);
    Throwable thrown = failure;
    if (thrown != null) {
      failure = null;
      throw new Violation("a thread ended by " + thrown, thrown);
    }
  }

  /** When somebody's wait ends that is a reason to let time pass. */
  Optional<Instant> nextCue() {
    return actors.stream()
        .filter(actor -> !actor.frozen && actor.waits && !actor.isBackground())
        .map(actor -> actor.until)
        .min(Instant::compareTo);
  }

  /** Moves the clock to that time, if it has not come yet. */
  void passUntil(Instant time) {
    if (time.isAfter(now)) {
      now = time;
    }
  }

  /** Those of the instance, in the order they came. */
  List<Actor> of(String owner) {
    return actors.stream().filter(actor -> actor.owner.equals(owner)).toList();
  }

  /** Whether somebody is in the midst of something. */
  boolean busy() {
    return actors.stream().anyMatch(actor -> !actor.isBackground());
  }

  /** Ends all threads. */
  void clear() {
    while (!actors.isEmpty()) {
      kill(actors.getFirst().owner);
    }
  }

  /** Ends all threads of the instance where they are. */
  void kill(String owner) {
    for (Actor actor : of(owner)) {
      actor.dead = true;
      cue(actor);
    }
    if (actors.stream().anyMatch(actor -> actor.owner.equals(owner))) {
      throw new IllegalStateException("a thread of " + owner + " did not die");
    }
  }
}

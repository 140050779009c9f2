package io.appserver.orchestrator.rest.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Slows down who tries passwords: by account and address, a few are looked at at once and the
 * others one after another. A right password waits its turn like any other, as nobody can tell it
 * from a guess before; it costs nothing and is not refused for wrong ones of others.
 */
final class LoginThrottle {

  /** Wrong ones that are looked at at once: more than people mistype. */
  static final int FREE = 10;

  /** Between two of the others. */
  static final Duration PACE = Duration.ofMillis(200);

  /** Each that waits keeps a thread of the server, which has some hundreds. */
  static final int MOST_WAITING = 32;

  /** So that one who tries does not take the places of all. */
  static final int MOST_WAITING_OF_ONE = 24;

  /** Accounts and addresses that are kept in mind; the eldest is forgotten for a new one. */
  private static final int MOST_KEPT = 10_000;

  private final LongSupplier nanoTime;
  private final Map<From, Turns> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<From, Turns> eldest) {
          return size() > MOST_KEPT;
        }
      };
  private int waiting;

  /**
   * Who tries.
   *
   * @param account one that there is, or empty for all others together
   */
  record From(String account, String address) {}

  /** The turns that were given to one. */
  private static final class Turns {
    /** When all that was given will have been worked off, if they wait for each other. */
    private long last;

    private int waiting;
    private long failed;

    private Turns(long now) {
      last = now;
    }
  }

  LoginThrottle(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Takes a turn.
   *
   * @return how long to wait until then; whoever waited says so by {@link #waited}. Empty if too
   *     many wait: the password is not looked at
   */
  synchronized Optional<Duration> next(From from) {
    long now = nanoTime.getAsLong();
    Turns turns = known.computeIfAbsent(from, one -> new Turns(now));
    long ahead = Math.max(0, turns.last - now);
    long wait = Math.max(0, ahead - (FREE - 1) * PACE.toNanos());
    if (wait > 0) {
      if (waiting >= MOST_WAITING || turns.waiting >= MOST_WAITING_OF_ONE) {
        return Optional.empty();
      }
      waiting++;
      turns.waiting++;
    }
    turns.last = now + ahead + PACE.toNanos();
    return Optional.of(Duration.ofNanos(wait));
  }

  synchronized void waited(From from) {
    waiting--;
    Turns turns = known.get(from);
    if (turns != null && turns.waiting > 0) {
      turns.waiting--;
    }
  }

  /** The password was right: the turn is given back. */
  synchronized void succeeded(From from) {
    Turns turns = known.get(from);
    if (turns != null) {
      turns.last -= PACE.toNanos();
    }
  }

  /**
   * The password was wrong.
   *
   * @return how many were, as far as is known
   */
  synchronized long failed(From from) {
    Turns turns = known.get(from);
    return turns == null ? 1 : ++turns.failed;
  }
}

package io.appserver.orchestrator.runtime.docker;

import io.appserver.orchestrator.failure.Backoff;
import io.appserver.orchestrator.failure.UnansweredCallException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Looks up what became of a change that got no answer: a proxy may have cut a connection that was
 * quiet for long, and the engine have done all the same what it was asked for. An effect that is
 * there is as good as an answer: the engine carries a request out once.
 */
final class Lookup {

  private static final Backoff PAUSES = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));

  private Lookup() {}

  /**
   * Makes the change. Without an answer, the effect is looked for until the time for an answer is
   * over, and once at least; not any longer if the engine does not answer that either.
   *
   * @param limit for the answer
   * @param effect what is there of the change; empty if nothing is
   * @throws UnansweredCallException if what became of it is not known
   */
  static <T> T changed(Duration limit, Supplier<T> change, Supplier<Optional<T>> effect) {
    var deadline = Deadline.in(limit);
    try {
      return change.get();
    } catch (UnansweredCallException unanswered) {
      try {
        return seen(deadline, effect).orElseThrow(() -> unanswered);
      } catch (RuntimeException e) { // an interruption too: what counts is that it is not known
        if (e != unanswered) {
          unanswered.addSuppressed(e);
        }
        throw unanswered;
      }
    }
  }

  /** As {@link #changed}, of a change that has no result. */
  static void done(Duration limit, Runnable change, BooleanSupplier effectIsThere) {
    changed(
        limit,
        () -> {
          change.run();
          return true;
        },
        () -> Optional.of(true).filter(yes -> effectIsThere.getAsBoolean()));
  }

  private static <T> Optional<T> seen(Deadline deadline, Supplier<Optional<T>> effect) {
    Duration pause = PAUSES.first();
    Optional<T> seen = effect.get();
    while (seen.isEmpty() && !deadline.passed() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(Backoff.atMost(pause, deadline.left()).toNanos());
      pause = PAUSES.next(pause);
      seen = effect.get();
    }
    return seen;
  }
}

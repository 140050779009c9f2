package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.failure.Failure;
import java.util.Optional;

/**
 * What one look at an app came to. Told to {@link LookObserver}s in the transaction that writes it.
 *
 * @param handledSeq the last signal it covers
 * @param wanted what the platform said at that moment
 */
public record Look(AppName app, long handledSeq, Wanted wanted, Result result) {

  /** What the platform says about an app. */
  public enum Wanted {
    INSTALLED,
    NOT_INSTALLED,
    /** No row. */
    UNKNOWN
  }

  /** What is. */
  public sealed interface Result {
    /** It runs and is healthy. */
    record Running() implements Result {}

    /** Nothing of it is there. */
    record Gone() implements Result {}

    /** It waits, and will be looked at again by itself. */
    record Waiting(Failure reason) implements Result {}

    /** Given up until something wakes it. */
    record Failed(Failure reason) implements Result {}

    /** The same, with other words and no details. */
    default Result saying(String words) {
      return switch (this) {
        case Running() -> this;
        case Gone() -> this;
        case Waiting(var reason) -> new Waiting(Failure.of(reason.code(), words));
        case Failed(var reason) -> new Failed(Failure.of(reason.code(), words));
      };
    }
  }

  /** The failure, if it failed. */
  public Optional<Failure> failure() {
    return result instanceof Result.Failed failed ? Optional.of(failed.reason()) : Optional.empty();
  }
}

package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.failure.Failure;
import java.time.Duration;
import java.util.Optional;

/**
 * What a look came to, and when to look again by itself.
 *
 * @param wakeAfter empty if only a signal is a reason to look again
 * @param unstored the change it ends with, to be stored with it
 */
public record Outcome(
    Look.Wanted wanted,
    Look.Result result,
    Optional<Duration> wakeAfter,
    Optional<Unstored> unstored) {

  /** All of it is stored. */
  public Outcome(Look.Wanted wanted, Look.Result result, Optional<Duration> wakeAfter) {
    this(wanted, result, wakeAfter, Optional.empty());
  }

  /** The same, with the change it ends with. */
  public Outcome with(Unstored change) {
    return new Outcome(wanted, result, wakeAfter, Optional.of(change));
  }

  public static Outcome running() {
    return new Outcome(Look.Wanted.INSTALLED, new Look.Result.Running(), Optional.empty());
  }

  public static Outcome waiting(Failure reason, Duration pause) {
    return new Outcome(Look.Wanted.INSTALLED, new Look.Result.Waiting(reason), Optional.of(pause));
  }

  public static Outcome failed(Failure reason) {
    return new Outcome(Look.Wanted.INSTALLED, new Look.Result.Failed(reason), Optional.empty());
  }

  /** The same, but looked at again after that time or earlier. */
  public Outcome atLeastAfter(Duration pause) {
    return new Outcome(
        wanted,
        result,
        wakeAfter.filter(own -> own.compareTo(pause) < 0).or(() -> Optional.of(pause)),
        unstored);
  }

  public static Outcome gone(Look.Wanted wanted) {
    return new Outcome(wanted, new Look.Result.Gone(), Optional.empty());
  }
}

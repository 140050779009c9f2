package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.deployment.Failure;
import java.time.Duration;
import java.util.Optional;

/**
 * What a look came to, and when to look again by itself.
 *
 * @param wakeAfter empty if only a signal is a reason to look again
 */
record Outcome(Look.Wanted wanted, Look.Result result, Optional<Duration> wakeAfter) {

  static Outcome running() {
    return new Outcome(Look.Wanted.INSTALLED, new Look.Result.Running(), Optional.empty());
  }

  static Outcome waiting(Failure reason, Duration pause) {
    return new Outcome(Look.Wanted.INSTALLED, new Look.Result.Waiting(reason), Optional.of(pause));
  }

  static Outcome failed(Failure reason) {
    return new Outcome(Look.Wanted.INSTALLED, new Look.Result.Failed(reason), Optional.empty());
  }

  /** The same, but looked at again after that time or earlier. */
  Outcome atLeastAfter(Duration pause) {
    return new Outcome(
        wanted,
        result,
        wakeAfter.filter(own -> own.compareTo(pause) < 0).or(() -> Optional.of(pause)));
  }

  static Outcome gone(Look.Wanted wanted) {
    return new Outcome(wanted, new Look.Result.Gone(), Optional.empty());
  }
}

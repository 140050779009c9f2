package io.appserver.orchestrator.intake.amqp.consume;

import io.appserver.orchestrator.failure.Backoff;
import java.time.Duration;

/**
 * How long to wait before what ended is begun again: between two connections, and between two looks
 * at a database that is away.
 */
final class RetryPauses {

  /** A redelivery a second at most. */
  static final Duration SHORTEST = Duration.ofSeconds(1);

  /** A broker that comes back is noticed within the longest. */
  private static final Backoff PAUSES = new Backoff(SHORTEST, Duration.ofSeconds(5));

  /** What has held for so long is not a repetition of the trouble before. */
  private static final Duration SOUND = Duration.ofSeconds(30);

  private Duration next = PAUSES.first();
  private long began = System.nanoTime();

  /** It begins, or begins again, now. */
  void begin() {
    began = System.nanoTime();
  }

  /** It ended now: the pause until it is begun again. */
  Duration next() {
    Duration held = Duration.ofNanos(System.nanoTime() - began);
    Duration pause = held.compareTo(SOUND) > 0 ? PAUSES.first() : next;
    next = PAUSES.next(pause);
    return pause;
  }
}

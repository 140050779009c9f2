package io.appserver.orchestrator.failure;

import java.time.Duration;

/**
 * Pauses between tries: each is twice as long as the one before, up to the longest.
 *
 * @param first after the first try that failed; above zero
 * @param longest no pause is longer; at least the first
 */
public record Backoff(Duration first, Duration longest) {

  /** More doublings lead nowhere, and would overflow. */
  private static final int MOST_DOUBLINGS = 30;

  public Backoff {
    if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException("pauses from %s to %s".formatted(first, longest));
    }
  }

  /**
   * How long to wait after the {@code attempts}th failed try.
   *
   * @param attempts from 1; what is below counts as 1
   */
  public Duration after(int attempts) {
    int doublings = Math.clamp(attempts - 1L, 0, MOST_DOUBLINGS);
    return atMost(first.multipliedBy(1L << doublings), longest);
  }

  /** The pause that follows this one. */
  public Duration next(Duration pause) {
    return atMost(pause.multipliedBy(2), longest);
  }

  /** The shorter of two. */
  public static Duration atMost(Duration duration, Duration bound) {
    return duration.compareTo(bound) < 0 ? duration : bound;
  }
}

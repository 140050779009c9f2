package io.appserver.orchestrator.runtime;

import java.time.Instant;

/**
 * Where in a container's output to begin.
 *
 * @param lines how many of the last lines are wanted at most, 0 or more
 * @param after what was said at this moment or before is not wanted; {@link Instant#MIN} if all is
 */
public record LogStart(int lines, Instant after) {

  public LogStart {
    if (lines < 0) {
      throw new IllegalArgumentException("lines: " + lines);
    }
  }

  /** With the last lines. */
  public static LogStart last(int lines) {
    return new LogStart(lines, Instant.MIN);
  }
}

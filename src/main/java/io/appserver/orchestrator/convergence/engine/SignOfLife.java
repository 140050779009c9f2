package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.time.Duration;
import java.util.function.LongSupplier;

/** What comes of asking the engine whether it is there. */
public enum SignOfLife {
  ANSWERS,

  /**
   * It answered late, and at once when it was asked again: it was waited for. So does a new daemon
   * behind a socket that a service manager holds open.
   */
  WAS_AWAY,

  NONE,

  /** There was nothing to ask it with: that says nothing of it. */
  NOT_ASKED;

  /** A ping is answered within milliseconds; a daemon takes about as long as this to start. */
  public static final Duration LATE = Duration.ofSeconds(1);

  boolean isOfTrouble() {
    return this == WAS_AWAY || this == NONE;
  }

  /**
   * Asks it. One that is late again is merely slow.
   *
   * @param nanoTime a clock for durations
   */
  public static SignOfLife of(RuntimeView engine, LongSupplier nanoTime) {
    try {
      return isLate(engine, nanoTime) && !isLate(engine, nanoTime) ? WAS_AWAY : ANSWERS;
    } catch (DeploymentException e) {
      return e.code() == FailureCode.ENGINE_BUSY ? NOT_ASKED : NONE;
    }
  }

  private static boolean isLate(RuntimeView engine, LongSupplier nanoTime) {
    long asked = nanoTime.getAsLong();
    engine.ping();
    return nanoTime.getAsLong() - asked >= LATE.toNanos();
  }
}

package io.appserver.orchestrator.convergence.work;

import java.time.Duration;

/** Nothing that is in a lane comes to an end, and no more may begin. */
public final class LaneStandsException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  LaneStandsException(int acts, Duration patience) {
    super(
        "%d are under way, each for longer than %.0f s"
            .formatted(acts, patience.toMillis() / 1000.0));
  }
}

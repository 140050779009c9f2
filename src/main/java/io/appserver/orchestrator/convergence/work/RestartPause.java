package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.failure.Backoff;
import java.time.Duration;

/** How long to wait before a running app that ended is started again: 1 s, doubling to 1 min. */
public final class RestartPause {

  private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  private RestartPause() {}

  /**
   * The pause before that restart.
   *
   * @param restart which restart it is to be, from 1
   */
  public static Duration after(int restart) {
    return PAUSES.after(restart);
  }
}

package io.appserver.orchestrator.convergence.work;

import java.time.Duration;

/** How long to wait before a running app that ended is started again: 1 s, doubling to 1 min. */
public final class RestartPause {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  private RestartPause() {}

  /**
   * @param restart which restart it is to be, from 1
   */
  public static Duration after(int restart) {
    Duration pause = Duration.ofSeconds(1L << Math.min(Math.max(restart - 1, 0), 16));
    return pause.compareTo(LONGEST) < 0 ? pause : LONGEST;
  }
}

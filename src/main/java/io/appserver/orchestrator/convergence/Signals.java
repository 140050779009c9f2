package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;

/** Where everything that happens ends up: a reason to look at one app. */
public interface Signals {

  /**
   * Records the signal, as part of the caller's transaction where there is one. The look follows
   * soon after the commit.
   *
   * @return the signal's number, growing for each app
   */
  long signal(AppName app, Cause cause);
}

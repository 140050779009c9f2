package io.appserver.orchestrator.convergence.signal;

import io.appserver.orchestrator.app.AppName;

/** Where everything that happens ends up: a reason to look at one app. */
public interface Signals {

  /**
   * Records the signal for the node that the app belongs to, as part of the caller's transaction
   * where there is one. That node's look follows soon after the commit.
   */
  Signal signal(AppName app, Cause cause);

  /**
   * A signal as it was recorded.
   *
   * @param node whose signal it is
   * @param seq its number, growing for each app on a node
   */
  record Signal(String node, long seq) {}
}

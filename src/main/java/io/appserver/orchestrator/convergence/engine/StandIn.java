package io.appserver.orchestrator.convergence.engine;

/** What runs in an app's place while its image is pulled. */
public interface StandIn {

  /** Whether it is there and has ended. */
  boolean isDown();

  /** Starts it again; what keeps it from starting is logged. */
  void start();
}

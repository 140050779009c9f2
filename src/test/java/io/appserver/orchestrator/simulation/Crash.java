package io.appserver.orchestrator.simulation;

/** Ends what a thread of an instance that was killed is doing; nothing goes on after it. */
final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  Crash() {
    super("killed", null, false, false);
  }
}

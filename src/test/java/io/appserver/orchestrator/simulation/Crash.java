package io.appserver.orchestrator.simulation;

/** Ends a thread of an instance that was killed; nothing catches it. */
final class Crash extends Error {
  private static final long serialVersionUID = 1L;

  Crash() {
    super("killed", null, false, false);
  }
}

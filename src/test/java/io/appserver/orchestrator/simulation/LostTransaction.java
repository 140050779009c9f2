package io.appserver.orchestrator.simulation;

/** The database went away in the midst of a transaction, or before it could say how that ended. */
final class LostTransaction extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostTransaction(String what) {
    super(what);
  }
}

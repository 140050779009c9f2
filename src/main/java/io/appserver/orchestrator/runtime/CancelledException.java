package io.appserver.orchestrator.runtime;

/** A wait ended because its {@link Cancellation} was requested. */
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CancelledException(String message) {
    super(message);
  }
}

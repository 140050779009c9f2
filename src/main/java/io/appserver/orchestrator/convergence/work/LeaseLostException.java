package io.appserver.orchestrator.convergence.work;

import jakarta.ejb.ApplicationException;

/**
 * The lease is not ours any more, or too short for what was to be done under it. The work stops
 * where it is.
 */
@ApplicationException(rollback = true)
public final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LeaseLostException(String message) {
    super(message);
  }
}

package io.appserver.orchestrator.convergence.operation;

/** An operator asked for what cannot be done now; the message says why, and what can. */
public class OperationRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public OperationRefusedException(String message) {
    super(message);
  }
}

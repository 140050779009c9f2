package io.appserver.orchestrator.convergence.work;

/** The orchestrator does not work yet, or not any more. */
public class NotStartedException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  public NotStartedException(String message) {
    super(message);
  }
}

package io.appserver.orchestrator.failure;

import org.jspecify.annotations.Nullable;

/**
 * A step that did not work, with its {@link Failure}: the one family that steps and adapters throw.
 */
public sealed class DeploymentException extends RuntimeException
    permits UnansweredCallException, UnreachableException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;
  private transient String step = "";

  public DeploymentException(Failure failure, @Nullable Throwable cause) {
    super(failure.code().code() + ": " + failure.message(), cause);
    this.failure = failure;
  }

  public DeploymentException(FailureCode code, String message) {
    this(Failure.of(code, message), null);
  }

  /** With the step that it broke off, as far as that was said. */
  public Failure failure() {
    return failure.with("step", step);
  }

  /** Says which step it broke off; the innermost one counts. */
  public void during(String word) {
    if (step.isEmpty()) {
      step = word;
    }
  }

  public FailureCode code() {
    return failure.code();
  }
}

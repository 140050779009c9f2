package io.appserver.orchestrator.deployment;

import org.jspecify.annotations.Nullable;

/**
 * A step that did not work, with its {@link Failure}: the one family that steps and adapters throw.
 */
public sealed class DeploymentException extends RuntimeException
    permits UnansweredCallException, UnreachableException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  public DeploymentException(Failure failure, @Nullable Throwable cause) {
    super(failure.code().code() + ": " + failure.message(), cause);
    this.failure = failure;
  }

  public DeploymentException(FailureCode code, String message) {
    this(Failure.of(code, message), null);
  }

  public Failure failure() {
    return failure;
  }

  public FailureCode code() {
    return failure.code();
  }
}

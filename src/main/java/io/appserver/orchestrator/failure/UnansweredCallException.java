package io.appserver.orchestrator.failure;

import org.jspecify.annotations.Nullable;

/**
 * A call to the engine that got no answer in time: it may still take effect, at any later moment.
 * What it named must not be relied on any more.
 */
public final class UnansweredCallException extends DeploymentException {
  private static final long serialVersionUID = 1L;

  public UnansweredCallException(String message, @Nullable Throwable cause) {
    this(Failure.of(FailureCode.RUNTIME_UNAVAILABLE, message), cause);
  }

  public UnansweredCallException(Failure failure, @Nullable Throwable cause) {
    super(failure, cause);
  }
}

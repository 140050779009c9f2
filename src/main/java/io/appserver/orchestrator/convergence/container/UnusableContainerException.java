package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;

/** A container cannot be started any more, as it or its network is gone: another one is needed. */
final class UnusableContainerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Failure failure;

  UnusableContainerException(DeploymentException cause) {
    super(cause.getMessage(), cause);
    this.failure = cause.failure();
  }

  Failure failure() {
    return failure;
  }
}

package io.appserver.orchestrator.deployment;

import org.jspecify.annotations.Nullable;

/**
 * The engine or the registry could not be reached: nothing was begun there, so the same call can be
 * made again at once.
 */
public final class UnreachableException extends DeploymentException {
  private static final long serialVersionUID = 1L;

  public UnreachableException(Failure failure, @Nullable Throwable cause) {
    super(failure, cause);
  }
}

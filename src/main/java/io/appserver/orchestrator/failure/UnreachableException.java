package io.appserver.orchestrator.failure;

import org.jspecify.annotations.Nullable;

/**
 * The engine or the registry could not be reached: nothing was begun there, so the same call can be
 * made again at once.
 */
public final class UnreachableException extends DeploymentException {
  private static final long serialVersionUID = 1L;

  private final boolean silent;

  public UnreachableException(Failure failure, @Nullable Throwable cause) {
    this(failure, cause, false);
  }

  /**
   * @param silent whether somebody may be there who merely did not answer in time
   */
  public UnreachableException(Failure failure, @Nullable Throwable cause, boolean silent) {
    super(failure, cause);
    this.silent = silent;
  }

  /** Whether nobody refused the call, and no answer came in time: it may be slow. */
  public boolean isSilent() {
    return silent;
  }
}

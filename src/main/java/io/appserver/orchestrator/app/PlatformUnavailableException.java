package io.appserver.orchestrator.app;

import jakarta.ejb.ApplicationException;
import org.jspecify.annotations.Nullable;

/**
 * The platform's tables cannot be read now: the database does not answer, or a table or column is
 * not there.
 */
@ApplicationException(rollback = true)
public final class PlatformUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PlatformUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

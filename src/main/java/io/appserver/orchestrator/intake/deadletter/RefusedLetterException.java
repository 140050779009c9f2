package io.appserver.orchestrator.intake.deadletter;

import org.jspecify.annotations.Nullable;

/** This one dead letter could not be handed to the broker, for a reason of its own. */
public final class RefusedLetterException extends DeadLetterException {
  private static final long serialVersionUID = 1L;

  public RefusedLetterException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package io.appserver.orchestrator.intake.deadletter;

import org.jspecify.annotations.Nullable;

/** A dead letter could not be handed to the broker. Worth trying again. */
public sealed class DeadLetterException extends RuntimeException permits RefusedLetterException {
  private static final long serialVersionUID = 1L;

  public DeadLetterException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

package io.appserver.orchestrator.container.docker;

import org.jspecify.annotations.Nullable;

/** A call ended without an answer from the engine; the message says how, in a few words. */
final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  NoAnswerException(String how, @Nullable Throwable cause) {
    super(how, cause);
  }

  String how() {
    return String.valueOf(getMessage());
  }
}

package io.appserver.orchestrator.container.docker;

import org.jspecify.annotations.Nullable;

/** A call ended without an answer from the engine; the message says how, in a few words. */
final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean sent;

  NoAnswerException(String how, @Nullable Throwable cause) {
    this(how, cause, true);
  }

  private NoAnswerException(String how, @Nullable Throwable cause, boolean sent) {
    super(how, cause);
    this.sent = sent;
  }

  /** The call was not even begun: there was nothing to begin it with. */
  static NoAnswerException notBegun(String how, @Nullable Throwable cause) {
    return new NoAnswerException(how, cause, false);
  }

  /** Whether the engine may have got the request. */
  boolean mayHaveBeenSent() {
    return sent;
  }

  String how() {
    return String.valueOf(getMessage());
  }
}

package io.appserver.orchestrator.runtime.docker;

import org.jspecify.annotations.Nullable;

/** A call ended without an answer from the engine; the message says how, in a few words. */
final class NoAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  private enum Kind {
    /** There was no way to begin it: no thread, no connection. */
    NOT_BEGUN,
    /** The time for the answer is over. */
    LATE,
    /** Nobody was reached, or the connection broke. */
    BROKEN
  }

  private final Kind kind;

  NoAnswerException(String how, @Nullable Throwable cause) {
    this(how, cause, Kind.BROKEN);
  }

  private NoAnswerException(String how, @Nullable Throwable cause, Kind kind) {
    super(how, cause);
    this.kind = kind;
  }

  /** The call was not even begun: there was nothing to begin it with. */
  static NoAnswerException notBegun(String how, @Nullable Throwable cause) {
    return new NoAnswerException(how, cause, Kind.NOT_BEGUN);
  }

  /** No answer came in time, though nobody refused it. */
  static NoAnswerException late(String how, @Nullable Throwable cause) {
    return new NoAnswerException(how, cause, Kind.LATE);
  }

  /** Whether the engine may have got the request. */
  boolean mayHaveBeenSent() {
    return kind != Kind.NOT_BEGUN;
  }

  /** Whether the engine may be there, and merely slow. */
  boolean isLate() {
    return kind == Kind.LATE;
  }

  String how() {
    return String.valueOf(getMessage());
  }
}

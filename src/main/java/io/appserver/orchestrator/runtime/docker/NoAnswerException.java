package io.appserver.orchestrator.runtime.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
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

  /**
   * The refusal or fault itself, if it is one; else the words for what came instead of an answer.
   */
  static NoAnswerException insteadOfAnswer(@Nullable Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonProcessingException) {
        throw new DockerException(
            "it answered what is not an engine's answer: " + EngineWords.of(cause), 200, thrown);
      }
      if (cause instanceof IOException) {
        return new NoAnswerException(EngineWords.of(cause).text(), thrown);
      }
    }
    if (thrown instanceof RuntimeException fault) {
      throw fault;
    }
    return new NoAnswerException("failed without a reason", thrown);
  }
}

package io.appserver.orchestrator.intake.event;

import java.util.Locale;

/**
 * Why an event became a dead letter before any deployment was tried, in one word that headers and
 * metrics share.
 */
public enum RejectionCode {
  EMPTY_BODY,
  TOO_LARGE,
  /** Not JSON, not UTF-8, or nested too deeply. */
  MALFORMED_JSON,
  NOT_AN_OBJECT,
  WRONG_TYPE,
  APP_MISSING,
  INVALID_APP_NAME,
  INVALID_APP_ID,
  /** The body says two different things. */
  CONTRADICTION,
  /** The platform has no such app, and had none for as long as an event may outrun its commit. */
  APP_UNKNOWN,
  /** A fault of our own that repeats for this one message. */
  INTERNAL_ERROR;

  /** The lower-case word used outside the program. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}

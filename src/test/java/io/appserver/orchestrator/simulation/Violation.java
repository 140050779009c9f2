package io.appserver.orchestrator.simulation;

import org.jspecify.annotations.Nullable;

/** Something happened, or stands, that must not. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Violation(String what) {
    this(what, null);
  }

  Violation(String what, @Nullable Throwable cause) {
    super(what, cause);
  }
}

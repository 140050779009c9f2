package io.appserver.orchestrator.intake.store;

import static java.util.stream.Collectors.joining;

import io.appserver.orchestrator.failure.Causes;
import java.sql.SQLException;

/**
 * Exceptions in words that may be logged. Their own texts may not: a database's repeat what was
 * being stored, and with it what strangers sent.
 */
public final class SafeExceptionText {

  /** SQL state {@code lock_not_available}. */
  private static final String LOCKED = "55P03";

  private static final String OURS = "io.appserver.orchestrator.";

  private SafeExceptionText() {}

  /** Whether the database gave up waiting for what somebody else has locked. */
  public static boolean isLocked(Throwable thrown) {
    return Causes.of(thrown)
        .anyMatch(cause -> cause instanceof SQLException sql && LOCKED.equals(sql.getSQLState()));
  }

  /**
   * The kinds of exception from the outermost to the root, its SQL state, and where in our code the
   * root came from.
   */
  public static String describe(Throwable thrown) {
    var words =
        new StringBuilder(
            Causes.of(thrown)
                .map(cause -> cause.getClass().getSimpleName())
                .collect(joining(" from ")));
    Throwable root = Causes.root(thrown);
    if (root instanceof SQLException sql) {
      words.append(" (SQL state ").append(sql.getSQLState()).append(')');
    }
    for (StackTraceElement frame : root.getStackTrace()) {
      if (frame.getClassName().startsWith(OURS)) {
        return words.append(" at ").append(frame).toString();
      }
    }
    return words.toString();
  }
}

package io.appserver.orchestrator.intake;

import java.sql.SQLException;

/**
 * Exceptions in words that may be logged. Their own texts may not: a database's repeat what was
 * being stored, and with it what strangers sent.
 */
public final class Faults {

  private static final String OURS = "io.appserver.orchestrator.";

  private Faults() {}

  /**
   * The kinds of exception from the outermost to the root, its SQL state, and where in our code the
   * root came from.
   */
  public static String describe(Throwable thrown) {
    var words = new StringBuilder(thrown.getClass().getSimpleName());
    Throwable root = thrown;
    for (int depth = 0; root.getCause() != null && depth < 10; depth++) {
      root = root.getCause();
      words.append(" from ").append(root.getClass().getSimpleName());
    }
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

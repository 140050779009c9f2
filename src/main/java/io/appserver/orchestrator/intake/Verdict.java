package io.appserver.orchestrator.intake;

/** What becomes of an open event after a look at its app. */
sealed interface Verdict {

  /** What it asked for is so. */
  record Done() implements Verdict {}

  /** It does not matter any more. */
  record Superseded(String reason) implements Verdict {}

  /** It failed for good, and somebody should know. */
  record Dead(String reason, String message) implements Verdict {}

  /**
   * The platform says otherwise, perhaps only because the event outran its commit: look again soon.
   */
  record Review() implements Verdict {}

  /** It waits with its app. */
  record Stay() implements Verdict {}
}

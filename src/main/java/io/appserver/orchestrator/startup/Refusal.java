package io.appserver.orchestrator.startup;

import java.io.PrintStream;

/** Ends the process at once, with the reason as its last words. */
final class Refusal {

  /** The exit code of a refused start. */
  static final int EXIT_CODE = 1;

  private Refusal() {}

  /**
   * Nothing was begun that would have to be ended, and an orderly stop of the server would bury the
   * reason under lines of its own, and waits for an application that is still starting: so the
   * process halts.
   */
  @SuppressWarnings("SystemOut") // the last words go to the console whatever the log's settings
  static void exit(String reason) {
    PrintStream console = System.err;
    console.println("The orchestrator refuses to start:");
    reason.lines().forEach(line -> console.println("  " + line));
    console.flush();
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}

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
  static void exit(String reason) {
    exit("The orchestrator refuses to start:", reason);
  }

  /** As {@link #exit(String)}, of one that was at work. */
  static void end(String reason) {
    exit("The orchestrator ends:", reason);
  }

  @SuppressWarnings("SystemOut") // the last words go to the console whatever the log's settings
  private static void exit(String what, String reason) {
    PrintStream console = System.err;
    console.println(what);
    reason.lines().forEach(line -> console.println("  " + line));
    console.flush();
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}

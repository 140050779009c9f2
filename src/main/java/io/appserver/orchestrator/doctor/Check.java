package io.appserver.orchestrator.doctor;

/** One thing to look at. */
interface Check {

  /** In one word. */
  String name();

  /** Looks; may throw what it likes, and be interrupted. */
  Finding examine() throws Exception;
}

package io.appserver.orchestrator.intake;

/** What a message's body turned out to be. */
public sealed interface Reading {

  /** It can be acted on. */
  record Event(AppEvent event) implements Reading {}

  /**
   * It cannot, now or later.
   *
   * @param message what is wrong, in words that do not repeat the body
   */
  record Rejected(RejectionCode code, String message) implements Reading {}
}

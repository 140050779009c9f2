package io.appserver.orchestrator.intake.event;

/** What a message's body turned out to be. */
public sealed interface ParsedEvent {

  /** It can be acted on. */
  record Event(AppEvent event) implements ParsedEvent {}

  /**
   * It cannot, now or later.
   *
   * @param message what is wrong, in words that do not repeat the body
   */
  record Rejected(RejectionCode code, String message) implements ParsedEvent {}
}

package io.appserver.orchestrator.intake.event;

/**
 * A message that cannot be acted on, now or later: it is to become a dead letter.
 *
 * @param message what is wrong, in words that do not repeat the body
 */
public record Rejected(RejectionCode code, String message) implements ParsedEvent, IntakeResult {}

package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.intake.event.RejectionCode;
import java.util.UUID;

/** What was done with a message. */
public sealed interface IntakeResult {

  /** It is kept under that id, with its signal: the broker may forget it. */
  record Taken(UUID intake) implements IntakeResult {}

  /** It is to become a dead letter. */
  record Refused(RejectionCode code, String message) implements IntakeResult {}
}

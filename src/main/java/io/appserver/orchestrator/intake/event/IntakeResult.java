package io.appserver.orchestrator.intake.event;

import java.util.UUID;

/** What was done with a message: it was taken, or it is to become a dead letter. */
public sealed interface IntakeResult permits IntakeResult.Taken, Rejected {

  /** It is kept under that id, with its signal: the broker may forget it. */
  record Taken(UUID intake) implements IntakeResult {}
}

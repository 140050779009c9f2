package io.appserver.orchestrator.intake;

import java.util.UUID;

/** What was done with a message. */
public sealed interface Handling {

  /** It is kept under that id, with its signal: the broker may forget it. */
  record Taken(UUID intake) implements Handling {}

  /** It is to become a dead letter. */
  record Refused(RejectionCode code, String message) implements Handling {}
}

package io.appserver.orchestrator.intake;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The dead letters on their way to the broker. Times are the database's. Each method is one
 * transaction, or part of the caller's.
 */
public interface OutboxStore {

  /** The oldest dead letter that nobody is publishing, taken for that long. */
  Optional<OutboxEntry> takeFromOutbox(Duration reserved);

  /** The broker has it. */
  void published(UUID intake);

  /** It could not be published: somebody else may try. */
  void giveBack(UUID intake);

  /** How many dead letters wait to be published. */
  long outboxSize();
}

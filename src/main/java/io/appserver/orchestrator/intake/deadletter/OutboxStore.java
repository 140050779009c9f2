package io.appserver.orchestrator.intake.deadletter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The dead letters on their way to the broker. Times are the database's. Each method is one
 * transaction, or part of the caller's.
 */
public interface OutboxStore {

  /** Puts a letter behind those that are there. */
  void put(DeadLetter letter);

  /**
   * The oldest dead letter that nobody is publishing, taken for that long. Those that cannot be
   * read are put off, and the next one is taken.
   */
  Optional<OutboxEntry> takeFromOutbox(Duration reserved);

  /** The broker has it. */
  void published(UUID intake);

  /** It could not be published: somebody else may try. */
  void giveBack(UUID intake);

  /**
   * This letter could not be published, for a reason of its own. It is tried again after a pause
   * that grows with each time, from 10 s to an hour; the others go on.
   *
   * @param trouble why, in words
   */
  void putOff(UUID intake, String trouble);

  /** How many dead letters wait to be published. */
  long outboxSize();

  /** Letters that were put off, each with the reason; a few at most. */
  List<String> putOff();
}

package io.appserver.orchestrator.intake;

import io.appserver.orchestrator.app.AppName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The events that were taken, and the dead letters on their way. Times are the database's. Each
 * method is one transaction, or part of the caller's. An event belongs to the node that took it,
 * whose signals it counts by.
 */
public interface IntakeStore {

  /**
   * Keeps an event.
   *
   * @param signalSeq the signal it gave; empty while its app's name is not known, which makes it
   *     due for review
   */
  void insert(String node, UUID intake, Message message, AppEvent event, OptionalLong signalSeq);

  /**
   * Open events of the app that gave signals up to that one, oldest first, locked until the
   * transaction ends.
   */
  List<OpenEvent> open(String node, AppName app, long handledSeq);

  /** Open events of the node that are due for review, oldest first. */
  List<OpenEvent> due(String node, int limit);

  /**
   * Gives an event its name and signal; nothing happens if it has them, or is closed.
   *
   * @return whether it did
   */
  boolean named(UUID intake, AppName app, long signalSeq);

  /**
   * Puts off the review of events to which that signal was given, long enough for a look to cover
   * it.
   */
  void signalled(List<UUID> intakes, long signalSeq);

  /** Has the event reviewed, soon. */
  void review(UUID intake);

  /** Takes the event off review: it waits for a look that settles it. */
  void leave(UUID intake);

  void done(UUID intake);

  void superseded(UUID intake, String reason);

  /** Closes the event and writes its dead letter to the outbox. */
  void deadLetter(UUID intake, String reason, String message, String attempts);

  /** The oldest dead letter that nobody is publishing, taken for that long. */
  Optional<OutboxEntry> takeFromOutbox(Duration reserved);

  /** The broker has it. */
  void published(UUID intake);

  /** It could not be published: somebody else may try. */
  void giveBack(UUID intake);

  /** How many dead letters wait to be published. */
  long outboxSize();

  /** Deletes closed events older than that, some at a time; returns how many. */
  int forgetClosed(Duration age);

  /**
   * Writes and takes it back.
   *
   * @throws RuntimeException if the database cannot store events now
   */
  void probe();
}

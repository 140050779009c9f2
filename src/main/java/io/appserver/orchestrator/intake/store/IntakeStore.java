package io.appserver.orchestrator.intake.store;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import java.util.List;
import java.util.UUID;

/**
 * The events that were received. Times are the database's. Each method is one transaction, or part
 * of the caller's. An event belongs to the node whose signal it gave, and counts by that node's
 * numbers; while its app's name is not known it belongs to the node that took it.
 */
public interface IntakeStore {

  /**
   * Keeps events, in that order.
   *
   * @param node to which those belong that gave no signal yet, which makes them due for review
   */
  void insert(String node, List<ReceivedEvent> events);

  /**
   * Open events of the app that gave signals up to that one, oldest first, locked until the
   * transaction ends.
   */
  List<OpenEvent> open(String node, AppName app, long handledSeq);

  /** The traces in which the app's open events were taken, newest first, a few at most. */
  List<String> traceparents(AppName app);

  /** Open events of the node that are due for review, oldest first. */
  List<OpenEvent> due(String node, int limit);

  /**
   * Gives an event its name and signal; nothing happens if it has them, or is closed.
   *
   * @return whether it did
   */
  boolean named(UUID intake, AppName app, Signal signal);

  /**
   * Puts off the review of events to which that signal was given, long enough for a look to cover
   * it.
   */
  void signalled(List<UUID> intakes, Signal signal);

  /** Has the events reviewed, soon. */
  void review(List<UUID> intakes);

  /** Takes the events off review: they wait for a look that settles them. */
  void leave(List<UUID> intakes);

  void done(List<UUID> intakes);

  void superseded(List<UUID> intakes, String reason);

  /** Closes the event and writes its dead letter to the outbox. */
  void deadLetter(UUID intake, String reason, String message, String attempts);

  /** The most that any of the messages was begun without an end; 0 if none was. */
  int mostBegun(List<String> messages);

  /**
   * Counts that messages are begun that had been delivered before; returns the most that any of
   * them was begun by now.
   */
  int begin(List<String> messages);

  /** Forgets how often. */
  void end(List<String> messages);

  /**
   * Writes and takes it back.
   *
   * @throws RuntimeException if the database cannot store events now
   */
  void probe();
}

package io.appserver.orchestrator.intake.store;

import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.event.Message;
import java.util.Optional;
import java.util.UUID;

/**
 * An event on its way into the store: the message that brought it, and what it says.
 *
 * @param intake the id under which it is kept
 * @param traceparent the trace in which it is taken, if it is traced
 * @param signal the one it gave; empty while its app's name is not known, or its app cannot be
 *     signalled
 */
public record ReceivedEvent(
    UUID intake,
    Message message,
    AppEvent event,
    Optional<String> traceparent,
    Optional<Signal> signal) {

  /** One that has given no signal yet, under a new id. */
  public static ReceivedEvent of(Message message, AppEvent event, Optional<String> traceparent) {
    return new ReceivedEvent(UUID.randomUUID(), message, event, traceparent, Optional.empty());
  }

  /** With the signal it gave. */
  public ReceivedEvent with(Optional<Signal> given) {
    return new ReceivedEvent(intake, message, event, traceparent, given);
  }
}

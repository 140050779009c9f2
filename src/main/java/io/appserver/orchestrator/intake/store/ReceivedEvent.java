package io.appserver.orchestrator.intake.store;

import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.event.Message;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

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

  /**
   * Those with what is known of their events now.
   *
   * @param more adds to each of the events, and keeps their order
   */
  public static List<ReceivedEvent> with(
      List<ReceivedEvent> received, UnaryOperator<List<AppEvent>> more) {
    Iterator<AppEvent> known =
        more.apply(received.stream().map(ReceivedEvent::event).toList()).iterator();
    return received.stream().map(each -> each.with(known.next())).toList();
  }

  private ReceivedEvent with(AppEvent known) {
    return new ReceivedEvent(intake, message, known, traceparent, signal);
  }

  /** With the signal it gave. */
  public ReceivedEvent with(Optional<Signal> given) {
    return new ReceivedEvent(intake, message, event, traceparent, given);
  }
}

package io.appserver.orchestrator.intake.event;

/**
 * Is told what the intake does, for metrics, traces and the like. Must be quick and must not throw.
 */
public interface IntakeObserver {

  /** A message is being taken in, on the thread that calls. */
  default IntakeSpan taking(Message message) {
    return IntakeSpan.UNWATCHED;
  }

  /** A message was read; the outcome is {@code taken} or the code it was rejected with. */
  default void received(EventKind kind, String outcome) {}

  /** The broker delivered a message that it had delivered before. */
  default void redelivered(EventKind kind) {}

  /** A dead letter is with the broker, for that reason. */
  default void deadLettered(String reason) {}
}

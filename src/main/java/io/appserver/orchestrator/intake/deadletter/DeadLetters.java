package io.appserver.orchestrator.intake.deadletter;

/** Where messages go that nothing more can be done for. */
public interface DeadLetters {

  /**
   * Returns once the broker has routed and stored it.
   *
   * @throws RefusedLetterException if this letter cannot be sent, though others may be
   * @throws DeadLetterException if that is not certain; it may be there all the same
   */
  void publish(DeadLetter letter);

  /** Whether the last letter could not be handed over: the next one is not worth a wait. */
  default boolean troubled() {
    return false;
  }

  /**
   * Finds out whether letters can be handed over again, without one; said by {@link #troubled()}.
   */
  default void tryAgain() {}
}

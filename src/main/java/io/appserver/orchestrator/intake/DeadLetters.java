package io.appserver.orchestrator.intake;

/** Where messages go that nothing more can be done for. */
public interface DeadLetters {

  /**
   * Returns once the broker has routed and stored it.
   *
   * @throws DeadLetterException if that is not certain; it may be there all the same
   */
  void publish(DeadLetter letter);
}

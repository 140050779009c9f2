package io.appserver.orchestrator.runtime.docker;

import io.appserver.orchestrator.runtime.call.CallBudget;
import java.time.Duration;

/**
 * How long the engine may take for an answer, by the kind of the call; a pull and a start have the
 * operator's limits. What is usual stands in {@link CallBudget}.
 *
 * @param reading for a question, a ping before a change, and the first word of a stream
 * @param changing for a call that changes something and is no start
 * @param silence for a pull that reports nothing new
 */
public record EngineDeadlines(Duration reading, Duration changing, Duration silence) {

  public static final EngineDeadlines STANDARD =
      new EngineDeadlines(CallBudget.QUESTION, CallBudget.CHANGE, CallBudget.SILENCE);
}

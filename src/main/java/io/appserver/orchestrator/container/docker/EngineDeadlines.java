package io.appserver.orchestrator.container.docker;

import java.time.Duration;

/**
 * How long the engine may take.
 *
 * @param reading for an answer to a question
 * @param changing for an answer to a call that changes something; with two seconds more it must fit
 *     into a lease
 * @param silence for a pull that reports nothing new
 */
public record EngineDeadlines(Duration reading, Duration changing, Duration silence) {

  /**
   * The engine gives up on a silent registry after 25 s itself, and reports every 100 ms while data
   * flows.
   */
  public static final EngineDeadlines STANDARD =
      new EngineDeadlines(Duration.ofSeconds(5), Duration.ofSeconds(8), Duration.ofMinutes(2));
}

package io.appserver.orchestrator.runtime.docker;

import java.time.Duration;

/**
 * How long the engine may take for an answer, by the kind of the call. This is the one place where
 * that is said, but for two that are the operator's: a pull and a start. No limit is tied to a
 * lease, which is prolonged while a call lasts: slow is not broken.
 *
 * @param reading for a question, a ping before a change, and the first word of a stream
 * @param changing for a call that changes something and is no start: create, remove, rename, a
 *     signal, a network, a volume
 * @param silence for a pull that reports nothing new
 */
public record EngineDeadlines(Duration reading, Duration changing, Duration silence) {

  /**
   * Two minutes are what the kubelet gives a container runtime for any request that is not a pull
   * or a stream ({@code --runtime-request-timeout}). A question is cheaper, and nothing is lost if
   * it is asked again. The engine gives up on a silent registry after 25 s itself, and reports
   * every 100 ms while data flows.
   */
  public static final EngineDeadlines STANDARD =
      new EngineDeadlines(Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(2));
}

package io.appserver.orchestrator.runtime;

import java.time.Duration;

/** Asks a running container, once. Failing is an answer, not an error. */
public interface HealthProbe {

  Result probe(ObservedContainer container, HealthCheck check, Duration timeout);

  /**
   * The answer.
   *
   * @param seen what came back, in words for people: {@code GET /health answered 503}
   */
  record Result(boolean healthy, String seen) {}
}

package io.appserver.orchestrator.rest.stream;

import io.appserver.orchestrator.deployment.History;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Entries of a history in which apps become healthy. */
final class Entries {

  private Entries() {}

  static History.Entry of(long id, String app) {
    return new History.Entry(
        id,
        Instant.EPOCH,
        app,
        "here",
        "orchestrator",
        "event",
        Optional.empty(),
        Optional.of("healthy"),
        Optional.empty(),
        "it is healthy",
        Map.of(),
        1);
  }
}

package io.appserver.orchestrator.runtime.probe;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Containers that answered with HTTP, and the start of the run in which they did. */
final class Speakers {

  /** Far more than a host runs. The one that was asked longest ago is forgotten for a new one. */
  static final int MOST = 10_000;

  private final Map<ContainerId, Optional<Instant>> spoke =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ContainerId, Optional<Instant>> eldest) {
          return size() > MOST;
        }
      };

  synchronized void add(ObservedContainer container) {
    spoke.put(container.id(), container.startedAt());
  }

  /** Whether it answered with HTTP since it was started. */
  synchronized boolean include(ObservedContainer container) {
    return container.startedAt().equals(spoke.get(container.id()));
  }
}

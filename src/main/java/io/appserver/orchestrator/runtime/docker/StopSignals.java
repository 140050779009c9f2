package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The signals that containers are to be stopped by, of those that were inspected last. A container
 * has its signal from its making and keeps it.
 */
final class StopSignals {

  /** More than run on one engine; each takes some 200 bytes. */
  private static final int MOST = 2_000;

  private final Map<String, String> byId =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  synchronized void remember(InspectContainerResponse container) {
    if (container.getId() != null) {
      byId.put(container.getId(), EngineAnswers.stopSignal(container));
    }
  }

  synchronized Optional<String> of(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}

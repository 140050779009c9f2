package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What containers of images are started with, of those that were asked for last. */
final class ImageConfigs {

  /** A host has fewer images in use; one that is asked for again costs one more question. */
  private static final int MOST = 256;

  /** The one that was used longest ago comes first. */
  private final Map<String, ContainerConfig> byId =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ContainerConfig> eldest) {
          return size() > MOST;
        }
      };

  synchronized void remember(InspectImageResponse image) {
    ContainerConfig config = image.getConfig();
    String id = image.getId();
    if (config != null && id != null) {
      byId.put(id, config);
    }
  }

  synchronized Optional<ContainerConfig> of(String id) {
    return Optional.ofNullable(byId.get(id));
  }
}

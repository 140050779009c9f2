package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.ContainerId;
import java.util.Optional;

/**
 * Something that happened at the engine, without anybody having asked.
 *
 * @param labels ours, if it befell a container that bears them, of whatever installation
 */
public record EngineEvent(
    Kind kind, Optional<ContainerId> container, Optional<ContainerLabels> labels) {

  /** What happened. */
  public enum Kind {
    STARTED,
    EXITED,
    /** A process in it was killed for want of memory; the container may run on. */
    OUT_OF_MEMORY,
    /** The engine's own health check failed several times in a row. */
    UNHEALTHY,
    PAUSED,
    RESUMED,
    RENAMED,
    REMOVED,
    /**
     * Something that takes up disk was removed: an image, a volume, any container, whose labels
     * stand here but not its id.
     */
    SPACE_FREED
  }
}

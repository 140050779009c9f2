package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import com.github.dockerjava.api.model.EventType;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvent.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the engine's events into the port's: none for most, two for a container of ours removed.
 */
final class EventAnswers {

  private EventAnswers() {}

  static List<EngineEvent> read(Event event) {
    String action = EngineAnswers.orEmpty(event.getAction());
    if (event.getType() == EventType.CONTAINER) {
      return ofContainer(action, event.getActor());
    }
    return action.equals("delete") || action.equals("destroy")
        ? List.of(spaceFreed(Optional.empty()))
        : List.of();
  }

  private static List<EngineEvent> ofContainer(String action, @Nullable EventActor actor) {
    var id = Optional.ofNullable(actor).map(EventActor::getId).map(ContainerId::new);
    var labels =
        Optional.ofNullable(actor).map(EventActor::getAttributes).flatMap(ContainerLabels::read);
    var befallen = kind(action).map(kind -> new EngineEvent(kind, id, labels)).stream();
    if (!action.equals("destroy")) {
      return befallen.toList();
    }
    return Stream.concat(
            befallen.filter(event -> labels.isPresent()), Stream.of(spaceFreed(labels)))
        .toList();
  }

  /**
   * @param labels of the container that took it up, if it was one of ours
   */
  private static EngineEvent spaceFreed(Optional<ContainerLabels> labels) {
    return new EngineEvent(Kind.SPACE_FREED, Optional.empty(), labels);
  }

  private static Optional<Kind> kind(String action) {
    return switch (action) {
      case "start" -> Optional.of(Kind.STARTED);
      case "die" -> Optional.of(Kind.EXITED);
      case "oom" -> Optional.of(Kind.OUT_OF_MEMORY);
      case "pause" -> Optional.of(Kind.PAUSED);
      case "unpause" -> Optional.of(Kind.RESUMED);
      case "rename" -> Optional.of(Kind.RENAMED);
      case "destroy" -> Optional.of(Kind.REMOVED);
      case "health_status: unhealthy" -> Optional.of(Kind.UNHEALTHY);
      default -> Optional.empty();
    };
  }
}

package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.EventsCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.EngineEvents;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows the engine's events, on a connection of its own. They are handed on by the thread that
 * asked: the one that reads them must not wait for anybody, as the engine drops events for a slow
 * reader. If too many wait, the listener is told to look up what happened, as at the beginning.
 */
final class EventStream {

  private static final Logger LOG = Logger.getLogger(EventStream.class.getName());

  private static final String WHAT = "tell what happens";

  /** Without the exec events: three for each HEALTHCHECK test in any container. */
  private static final String[] ACTIONS = {
    "start",
    "die",
    "oom",
    "health_status",
    "pause",
    "unpause",
    "rename",
    "destroy", // of containers and volumes
    "delete" // of images
  };

  private final EngineCalls calls;

  EventStream(EngineCalls calls) {
    this.calls = calls;
  }

  void follow(EngineEvents listener, Cancellation cancellation) {
    var link = calls.openApart(WHAT);
    var news = new EventQueue();
    var registration =
        cancellation.onRequest(() -> {
          news.end();
          link.close();
        });
    try {
      follow(link, news, listener, cancellation);
    } catch (NoAnswerException | RuntimeException e) {
      if (!cancellation.requested()) {
        throw told(e);
      }
    } catch (InterruptedException e) {
      throw EngineCalls.interrupted(WHAT);
    } finally {
      registration.close();
      link.close();
    }
  }

  private void follow(
      DockerConnection.Link link, EventQueue news, EngineEvents listener, Cancellation cancellation)
      throws NoAnswerException, InterruptedException {
    Duration patience = calls.deadlines().reading();
    String time =
        calls.answer(
            link, Deadline.in(patience), client -> client.infoCmd().exec().getSystemTime());
    var stream = new EngineStream<Event>(news::add, thrown -> news.end());
    command(link.client(), time).exec(stream);
    if (!stream.awaitStart(patience)) {
      throw NoAnswerException.late(EngineCalls.late(patience), null);
    }
    listener.subscribed();
    boolean goesOn = true;
    while (goesOn) {
      EventQueue.Next next = news.next();
      goesOn = !cancellation.requested() && handOn(next, listener);
    }
    stream.awaitEnd(Duration.ZERO);
    throw new NoAnswerException("it ended the events", null);
  }

  /** Returns whether more may come. */
  private static boolean handOn(EventQueue.Next next, EngineEvents listener) {
    switch (next) {
      case EventQueue.Next.Happened(Event event) ->
          EventAnswers.read(event).forEach(listener::happened);
      case EventQueue.Next.Lost(long events) -> {
        LOG.warning(() ->
            "%d of the engine's events were dropped, as %d waited already; all is compared instead"
                .formatted(events, EventQueue.MOST));
        listener.subscribed();
      }
      case EventQueue.Next.Over() -> {
        return false;
      }
    }
    return true;
  }

  /**
   * From the engine's own time a moment ago: it accepts the request a little before it subscribes.
   */
  private static EventsCmd command(DockerClient client, @Nullable String time) {
    var command =
        client
            .eventsCmd()
            .withEventTypeFilter(EventType.CONTAINER, EventType.IMAGE, EventType.VOLUME)
            .withEventFilter(ACTIONS);
    seconds(time).ifPresent(command::withSince);
    return command;
  }

  private static Optional<String> seconds(@Nullable String time) {
    try {
      Instant instant = OffsetDateTime.parse(EngineAnswers.orEmpty(time)).toInstant();
      return Optional.of("%d.%09d".formatted(instant.getEpochSecond(), instant.getNano()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private RuntimeException told(Exception e) {
    return switch (e) {
      case DockerException refusal -> DockerFailures.other(WHAT, refusal);
      case RuntimeException fault -> fault;
      default -> DockerFailures.unreachable(calls.address(), WHAT, EngineWords.of(e), e);
    };
  }
}

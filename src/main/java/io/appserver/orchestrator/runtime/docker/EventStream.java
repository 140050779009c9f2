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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Follows the engine's events, on a connection of its own. They are handed on by the thread that
 * asked: the one that reads them must not wait for anybody, as the engine drops events for a slow
 * reader.
 */
final class EventStream {

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
    var news = new LinkedBlockingQueue<Optional<Event>>();
    var registration =
        cancellation.onRequest(() -> {
          news.add(Optional.empty());
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

  /**
   * @param news what is read; an empty entry ends it
   */
  private void follow(
      DockerConnection.Link link,
      BlockingQueue<Optional<Event>> news,
      EngineEvents listener,
      Cancellation cancellation)
      throws NoAnswerException, InterruptedException {
    Duration patience = calls.deadlines().reading();
    String time =
        calls.answer(
            link, Deadline.in(patience), client -> client.infoCmd().exec().getSystemTime());
    var stream =
        new EngineStream<Event>(
            event -> news.add(Optional.of(event)), thrown -> news.add(Optional.empty()));
    command(link.client(), time).exec(stream);
    if (!stream.awaitStart(patience)) {
      throw NoAnswerException.late(EngineCalls.late(patience), null);
    }
    listener.subscribed();
    for (var next = news.take();
        next.isPresent() && !cancellation.requested();
        next = news.take()) {
      EventAnswers.read(next.get()).forEach(listener::happened);
    }
    stream.awaitEnd(Duration.ZERO);
    throw new NoAnswerException("it ended the events", null);
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

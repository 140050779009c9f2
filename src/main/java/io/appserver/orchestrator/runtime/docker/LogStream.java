package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.LogLine;
import io.appserver.orchestrator.runtime.LogStart;
import io.appserver.orchestrator.runtime.docker.DockerConnection.Use;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Follows a container's output, on a connection of its own. A listener that is slow holds up the
 * reading, and so the engine, not this process's memory.
 */
final class LogStream {

  /** Pieces read and not handed on yet; each is at most a few KiB. */
  private static final int MOST_WAITING = 256;

  private final EngineCalls calls;

  LogStream(EngineCalls calls) {
    this.calls = calls;
  }

  void follow(
      ContainerId id, LogStart start, Consumer<LogLine> listener, Cancellation cancellation) {
    String what = "follow the log of container " + id.abbreviated();
    var link = calls.open(Use.LOGS, what, Duration.ZERO);
    var news = new ArrayBlockingQueue<Optional<Frame>>(MOST_WAITING);
    var registration =
        cancellation.onRequest(() -> {
          news.clear();
          news.offer(Optional.empty());
          link.close();
        });
    try {
      var stream =
          new EngineStream<Frame>(
              frame -> put(news, Optional.of(frame), cancellation),
              thrown -> put(news, Optional.empty(), cancellation));
      link.client()
          .logContainerCmd(id.value())
          .withStdOut(true)
          .withStdErr(true)
          .withFollowStream(true)
          .withTimestamps(true)
          .withTail(start.lines())
          .withSince(Math.clamp(start.after().getEpochSecond(), 0, Integer.MAX_VALUE))
          .exec(stream);
      handOn(news, new LogLines(start.after(), listener), cancellation);
      stream.awaitEnd(Duration.ZERO);
    } catch (NotFoundException e) {
      return; // gone
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    } catch (NoAnswerException e) {
      if (!cancellation.requested()) {
        throw DockerFailures.unreachable(calls.address(), what, EngineWords.of(e.how()), e);
      }
    } catch (InterruptedException e) {
      throw EngineCalls.interrupted(what);
    } finally {
      registration.close();
      link.close();
    }
  }

  private static void handOn(
      BlockingQueue<Optional<Frame>> news, LogLines lines, Cancellation cancellation)
      throws InterruptedException {
    for (var next = news.take();
        next.isPresent() && !cancellation.requested();
        next = news.take()) {
      lines.add(next.get());
    }
    lines.end();
  }

  private static <T> void put(BlockingQueue<T> queue, T item, Cancellation cancellation) {
    try {
      while (!cancellation.requested() && !queue.offer(item, 1, TimeUnit.SECONDS)) {
        // the listener is slow
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.deployment.Timeline;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Somebody who is told of what happens. One that is slow is told in its own time; one that falls
 * too far behind is cut off, and gets what it missed when it comes back.
 */
final class Listener {

  private static final Logger LOG = Logger.getLogger(Listener.class.getName());

  private static final int MOST_BEHIND = 2000;

  /** Well below the minute after which proxies take a connection for dead. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SseEventSink sink;
  private final Sse sse;
  private final Optional<String> app;
  private final BlockingQueue<OutboundSseEvent> waiting = new ArrayBlockingQueue<>(MOST_BEHIND);
  private final Set<Long> replayed = new HashSet<>();
  private volatile boolean gone;

  /**
   * @param app the one it wants to hear of; empty for all
   */
  Listener(SseEventSink sink, Sse sse, Optional<String> app) {
    this.sink = sink;
    this.sse = sse;
    this.app = app;
  }

  boolean isGone() {
    return gone || sink.isClosed();
  }

  boolean hears(String of) {
    return app.isEmpty() || app.get().equals(of);
  }

  /** Whether it asked for one app alone. */
  boolean isCloseBy() {
    return app.isPresent();
  }

  void tell(String event, Object data) {
    offer(builder(event, data).build());
  }

  synchronized void tell(Timeline.Entry entry) {
    if (hears(entry.app()) && !replayed.contains(entry.id())) {
      offer(builder("transition", entry).id(Long.toString(entry.id())).build());
    }
  }

  /** What it missed comes first, and not a second time. */
  synchronized void replay(List<Timeline.Entry> missed) {
    missed.forEach(entry -> {
      tell(entry);
      replayed.add(entry.id());
    });
  }

  private OutboundSseEvent.Builder builder(String event, Object data) {
    return sse.newEventBuilder().name(event).mediaType(MediaType.APPLICATION_JSON_TYPE).data(data);
  }

  private void offer(OutboundSseEvent event) {
    if (!waiting.offer(event)) {
      gone = true;
    }
  }

  /** Sends until it is gone. */
  void run() {
    try (sink) {
      send(sse.newEventBuilder().comment("welcome").reconnectDelay(2000).build());
      while (!isGone()) {
        OutboundSseEvent next = waiting.poll(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
        send(next == null ? sse.newEventBuilder().comment("alive").build() : next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.log(Level.FINE, "the stream could not be closed", e);
    } finally {
      gone = true;
    }
  }

  private void send(OutboundSseEvent event) throws InterruptedException {
    try {
      if (!sink.isClosed()) {
        sink.send(event).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      gone = true;
    }
  }

  void end() {
    gone = true;
    waiting.clear();
    waiting.offer(sse.newEventBuilder().comment("bye").build());
  }
}

package io.appserver.orchestrator.rest.stream;

import io.appserver.orchestrator.deployment.History;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who is told of what happens. One that is slow is told in its own time; one that falls
 * too far behind is cut off, and gets what it missed when it comes back.
 */
final class SseSubscriber {

  static final int MOST_BEHIND = 2000;

  private final SseConnection connection;
  private final Optional<String> app;
  private final BlockingQueue<OutboundSseEvent> waiting = new ArrayBlockingQueue<>(MOST_BEHIND);
  private final Set<Long> replayed = new HashSet<>();

  /**
   * @param app the one it wants to hear of; empty for all
   */
  SseSubscriber(SseConnection connection, Optional<String> app) {
    this.connection = connection;
    this.app = app;
  }

  boolean hears(String of) {
    return app.isEmpty() || app.get().equals(of);
  }

  /** Whether it asked for one app alone. */
  boolean isCloseBy() {
    return app.isPresent();
  }

  void tell(String event, Object data) {
    offer(connection.event(event, data).build());
  }

  synchronized void tell(History.Entry entry) {
    if (hears(entry.app()) && !replayed.contains(entry.id())) {
      offer(connection.event("transition", entry).id(Long.toString(entry.id())).build());
    }
  }

  /** What it missed comes first, and not a second time. */
  synchronized void replay(List<History.Entry> missed) {
    missed.forEach(entry -> {
      tell(entry);
      replayed.add(entry.id());
    });
  }

  private void offer(OutboundSseEvent event) {
    if (!waiting.offer(event)) {
      connection.giveUp();
    }
  }

  /** Sends until it is gone. */
  void run() {
    try (connection) {
      connection.send(connection.comment("welcome"));
      while (!connection.isGone()) {
        OutboundSseEvent next =
            waiting.poll(SseConnection.HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
        connection.send(next == null ? connection.comment("alive") : next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void end() {
    connection.giveUp();
    waiting.clear();
    waiting.offer(connection.comment("bye")); // it may be waiting for one
  }
}

package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.deployment.Timeline;
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
final class Listener {

  private static final int MOST_BEHIND = 2000;

  private final Outlet outlet;
  private final Optional<String> app;
  private final BlockingQueue<OutboundSseEvent> waiting = new ArrayBlockingQueue<>(MOST_BEHIND);
  private final Set<Long> replayed = new HashSet<>();

  /**
   * @param app the one it wants to hear of; empty for all
   */
  Listener(Outlet outlet, Optional<String> app) {
    this.outlet = outlet;
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
    offer(outlet.event(event, data).build());
  }

  synchronized void tell(Timeline.Entry entry) {
    if (hears(entry.app()) && !replayed.contains(entry.id())) {
      offer(outlet.event("transition", entry).id(Long.toString(entry.id())).build());
    }
  }

  /** What it missed comes first, and not a second time. */
  synchronized void replay(List<Timeline.Entry> missed) {
    missed.forEach(entry -> {
      tell(entry);
      replayed.add(entry.id());
    });
  }

  private void offer(OutboundSseEvent event) {
    if (!waiting.offer(event)) {
      outlet.giveUp();
    }
  }

  /** Sends until it is gone. */
  void run() {
    try (outlet) {
      outlet.send(outlet.comment("welcome"));
      while (!outlet.isGone()) {
        OutboundSseEvent next = waiting.poll(Outlet.HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
        outlet.send(next == null ? outlet.comment("alive") : next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void end() {
    outlet.giveUp();
    waiting.clear();
    waiting.offer(outlet.comment("bye")); // it may be waiting for one
  }
}

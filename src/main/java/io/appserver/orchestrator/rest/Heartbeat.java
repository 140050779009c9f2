package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.container.Cancellation;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Keeps a stream of events alive while nothing happens, and finds out that nobody listens any more.
 */
final class Heartbeat implements AutoCloseable {

  /** Well below the minute after which proxies take a connection for dead. */
  static final Duration INTERVAL = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SseEventSink sink;
  private final Cancellation cancellation;
  private final Future<?> beats;

  /**
   * @param cancellation requested once nobody listens
   */
  Heartbeat(
      ScheduledExecutorService scheduler, SseEventSink sink, Sse sse, Cancellation cancellation) {
    this.sink = sink;
    this.cancellation = cancellation;
    this.beats =
        scheduler.scheduleWithFixedDelay(
            () -> send(sse.newEventBuilder().comment("alive").build()),
            0,
            INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Returns once it was sent: who listens slowly is told slowly. */
  void send(OutboundSseEvent event) {
    try {
      if (sink.isClosed()) {
        cancellation.request();
      } else {
        sink.send(event).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancellation.request();
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      cancellation.request(); // the other side is gone
    }
  }

  @Override
  public void close() {
    beats.cancel(false);
  }
}

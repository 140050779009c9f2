package io.appserver.orchestrator.rest.stream;

import io.appserver.orchestrator.rest.access.Admission;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A stream of events to somebody who may be slow, or gone. */
public final class SseConnection implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(SseConnection.class.getName());

  /** Well below the minute after which proxies take a silent connection for dead. */
  static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SseEventSink sink;
  private final Sse sse;
  private final Admission admission;
  private volatile boolean gone;

  /**
   * @param admission without which nothing more is sent: looked at before each event and heartbeat
   */
  public SseConnection(SseEventSink sink, Sse sse, Admission admission) {
    this.sink = sink;
    this.sse = sse;
    this.admission = admission;
  }

  boolean isGone() {
    return gone || sink.isClosed() || !admission.holds();
  }

  /** Nobody is told any more. */
  void giveUp() {
    gone = true;
  }

  OutboundSseEvent.Builder event(String name, Object data) {
    return sse.newEventBuilder().name(name).mediaType(MediaType.APPLICATION_JSON_TYPE).data(data);
  }

  /** What keeps the connection, and is heeded by nobody. */
  OutboundSseEvent comment(String text) {
    return sse.newEventBuilder().comment(text).reconnectDelay(2000).build();
  }

  /** Returns once it was sent: who listens slowly is told slowly. */
  void send(OutboundSseEvent event) {
    if (isGone()) {
      return;
    }
    try {
      sink.send(event).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      gone = true;
    } catch (ExecutionException | TimeoutException | RuntimeException e) {
      gone = true;
    }
  }

  @Override
  public void close() {
    gone = true;
    try {
      sink.close();
    } catch (IOException e) {
      LOG.log(Level.FINE, "the stream could not be closed", e);
    }
  }
}

package io.appserver.orchestrator.rest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.GenericType;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseBroadcaster;
import jakarta.ws.rs.sse.SseEventSink;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SseSubscriberTest {

  private final Listener listener = new Listener();
  private final SseConnection connection =
      new SseConnection(listener, new Events(), () -> listener.admitted);

  /** Reads what it is sent at once; is not let in any more after so many. */
  private static final class Listener implements SseEventSink {

    final List<String> told = new ArrayList<>();
    int most = Integer.MAX_VALUE;
    boolean admitted = true;
    boolean closed;

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public CompletionStage<?> send(OutboundSseEvent event) {
      told.add(event.getName() == null ? event.getComment() : String.valueOf(event.getData()));
      admitted = told.size() < most;
      return CompletableFuture.completedStage(null);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** What JAX-RS would make. */
  private static final class Events implements Sse {

    @Override
    public OutboundSseEvent.Builder newEventBuilder() {
      return new Event();
    }

    @Override
    public SseBroadcaster newBroadcaster() {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Event implements OutboundSseEvent, OutboundSseEvent.Builder {

    private @Nullable String id;
    private @Nullable String name;
    private @Nullable String comment;
    private @Nullable Object data;

    @Override
    public Builder id(String given) {
      id = given;
      return this;
    }

    @Override
    public Builder name(String given) {
      name = given;
      return this;
    }

    @Override
    public Builder reconnectDelay(long milliseconds) {
      return this;
    }

    @Override
    public Builder mediaType(MediaType type) {
      return this;
    }

    @Override
    public Builder comment(String given) {
      comment = given;
      return this;
    }

    @Override
    @SuppressWarnings("rawtypes") // JAX-RS has it so
    public Builder data(Class type, Object given) {
      return data(given);
    }

    @Override
    @SuppressWarnings("rawtypes") // JAX-RS has it so
    public Builder data(GenericType type, Object given) {
      return data(given);
    }

    @Override
    public Builder data(Object given) {
      data = given;
      return this;
    }

    @Override
    public OutboundSseEvent build() {
      return this;
    }

    @Override
    public @Nullable String getId() {
      return id;
    }

    @Override
    public @Nullable String getName() {
      return name;
    }

    @Override
    public @Nullable String getComment() {
      return comment;
    }

    @Override
    public long getReconnectDelay() {
      return RECONNECT_NOT_SET;
    }

    @Override
    public boolean isReconnectDelaySet() {
      return false;
    }

    @Override
    public Class<?> getType() {
      return Object.class;
    }

    @Override
    public Type getGenericType() {
      return Object.class;
    }

    @Override
    public MediaType getMediaType() {
      return MediaType.APPLICATION_JSON_TYPE;
    }

    @Override
    public @Nullable Object getData() {
      return data;
    }
  }

  @Test
  void whoFallsTooFarBehindIsCutOff() {
    var subscriber = new SseSubscriber(connection, Optional.empty());
    for (int event = 0; event < SseSubscriber.MOST_BEHIND; event++) {
      subscriber.tell("probe", event);
    }
    assertThat(connection.isGone()).isFalse();

    subscriber.tell("probe", "one too many");

    assertThat(connection.isGone()).isTrue();
    subscriber.run();
    assertThat(listener.told).isEmpty();
    assertThat(listener.closed).isTrue();
  }

  @Test
  void whoIsAsFarBehindAsMayBeIsToldAllOfIt() {
    var subscriber = new SseSubscriber(connection, Optional.empty());
    for (int event = 0; event < SseSubscriber.MOST_BEHIND; event++) {
      subscriber.tell("probe", event);
    }
    listener.most = SseSubscriber.MOST_BEHIND + 1;

    subscriber.run();

    assertThat(listener.told)
        .hasSize(SseSubscriber.MOST_BEHIND + 1)
        .startsWith("welcome", "0", "1")
        .endsWith(String.valueOf(SseSubscriber.MOST_BEHIND - 1));
  }

  @Test
  void whatWasMissedComesFirstAndOnce() {
    var subscriber = new SseSubscriber(connection, Optional.of("todos"));
    subscriber.replay(
        List.of(Entries.of(1, "todos"), Entries.of(2, "notes"), Entries.of(3, "todos")));
    subscriber.tell(Entries.of(3, "todos"));
    subscriber.tell(Entries.of(4, "todos"));
    subscriber.tell(Entries.of(5, "notes"));
    listener.most = 4;

    subscriber.run();

    assertThat(listener.told)
        .containsExactly(
            "welcome",
            Entries.of(1, "todos").toString(),
            Entries.of(3, "todos").toString(),
            Entries.of(4, "todos").toString());
  }
}

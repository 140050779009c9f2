package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvents;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The event streams of a {@link FakeEngine}: each follower gets every event, in order. */
final class FakeEvents {

  /** An empty entry ends a follower's stream. */
  private final List<BlockingQueue<Optional<EngineEvent>>> followers = new CopyOnWriteArrayList<>();

  private final AtomicInteger followed = new AtomicInteger();

  /** Is told of each event at once, by whoever brings it about. */
  private volatile Consumer<EngineEvent> witness = event -> {};

  /** How often somebody began to follow them. */
  int followed() {
    return followed.get();
  }

  void witness(Consumer<EngineEvent> now) {
    witness = now;
  }

  void happened(EngineEvent event) {
    witness.accept(event);
    followers.forEach(news -> news.add(Optional.of(event)));
  }

  /** Ends every stream, as an engine does that goes. */
  void end() {
    followers.forEach(news -> news.add(Optional.empty()));
  }

  void follow(EngineEvents listener, Cancellation cancellation) {
    var news = new LinkedBlockingQueue<Optional<EngineEvent>>();
    followers.add(news);
    var registration = cancellation.onRequest(() -> news.add(Optional.empty()));
    try {
      listener.subscribed();
      followed.incrementAndGet();
      for (var next = news.take();
          next.isPresent() && !cancellation.requested();
          next = news.take()) {
        listener.happened(next.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted");
    } finally {
      registration.close();
      followers.remove(news);
    }
    if (!cancellation.requested()) {
      throw new DeploymentException(FailureCode.RUNTIME_UNAVAILABLE, "the events were ended");
    }
  }
}

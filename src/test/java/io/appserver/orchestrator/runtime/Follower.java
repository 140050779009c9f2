package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.testing.Patience;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Follows a runtime's events, from the construction until it is closed. */
public final class Follower implements AutoCloseable, EngineEvents {

  /** Hears what happens, and does nothing about it. */
  public static final class Deaf implements EngineEvents {
    @Override
    public void subscribed() {}

    @Override
    public void happened(EngineEvent event) {}
  }

  private final List<EngineEvent> events = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> begin = new CompletableFuture<>();
  private final Cancellation cancellation = new Cancellation();
  private final CompletableFuture<Void> end;

  public Follower(RuntimeView view) {
    end =
        CompletableFuture.runAsync(
            () -> view.follow(this, cancellation), task -> Thread.ofVirtual().start(task));
    CompletableFuture.anyOf(begin, end)
        .orTimeout(Patience.CONDITION.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  @Override
  public void subscribed() {
    begin.complete(null);
  }

  @Override
  public void happened(EngineEvent event) {
    events.add(event);
  }

  /** Something that took up space was removed: a container with those labels. */
  public void awaitSpaceOf(ContainerLabels labels) {
    Awaitility.await("space of " + labels)
        .until(() ->
            events.stream()
                .filter(event -> event.kind() == EngineEvent.Kind.SPACE_FREED)
                .anyMatch(event -> event.labels().equals(Optional.of(labels))));
  }

  /** Completes when {@link RuntimeView#follow} returns, or with what it throws. */
  public CompletableFuture<Void> end() {
    return end;
  }

  /** All that happened so far, in its order. */
  public List<EngineEvent> all() {
    return List.copyOf(events);
  }

  public List<EngineEvent> of(ContainerId id) {
    return events.stream().filter(event -> event.container().equals(Optional.of(id))).toList();
  }

  public void await(EngineEvent.Kind kind, ContainerId id) {
    awaitOne(kind, Optional.of(id));
  }

  /** One that names no container. */
  public void await(EngineEvent.Kind kind) {
    awaitOne(kind, Optional.empty());
  }

  private void awaitOne(EngineEvent.Kind kind, Optional<ContainerId> id) {
    Awaitility.await(kind + " " + id)
        .until(() ->
            events.stream()
                .anyMatch(event -> event.kind() == kind && event.container().equals(id)));
  }

  @Override
  public void close() {
    cancellation.request();
  }
}

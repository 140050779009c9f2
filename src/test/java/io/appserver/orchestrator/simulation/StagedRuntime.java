package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.container.Cancellation;
import io.appserver.orchestrator.container.CancelledException;
import io.appserver.orchestrator.container.ContainerId;
import io.appserver.orchestrator.container.ContainerName;
import io.appserver.orchestrator.container.ContainerSpec;
import io.appserver.orchestrator.container.CreateResult;
import io.appserver.orchestrator.container.EngineEvents;
import io.appserver.orchestrator.container.EngineInfo;
import io.appserver.orchestrator.container.EngineNetwork;
import io.appserver.orchestrator.container.HealthCheck;
import io.appserver.orchestrator.container.HealthProbe;
import io.appserver.orchestrator.container.Image;
import io.appserver.orchestrator.container.ImageReference;
import io.appserver.orchestrator.container.ListedContainer;
import io.appserver.orchestrator.container.LogLine;
import io.appserver.orchestrator.container.LogStart;
import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.container.PullProgress;
import io.appserver.orchestrator.container.RuntimeControl;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.deployment.UnansweredCallException;
import io.appserver.orchestrator.testing.FakeEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An instance's way to the engine. A call may be on its way for any time before it takes effect,
 * and its answer for any time after; one that took too long counts as unanswered.
 */
final class StagedRuntime implements RuntimeView, RuntimeControl, HealthProbe {

  /** As the adapter has it. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(8);

  private static final Duration POLL = Duration.ofMillis(200);

  private final Stage stage;
  private final FakeEngine engine;
  private final BiConsumer<String, String> beginning;

  /**
   * @param beginning told verb and target of each changing call at the moment it is made
   */
  StagedRuntime(Stage stage, FakeEngine engine, BiConsumer<String, String> beginning) {
    this.stage = stage;
    this.engine = engine;
    this.beginning = beginning;
  }

  private <T> T ask(Supplier<T> question) {
    T answer = question.get();
    stage.pauseHere();
    return answer;
  }

  private <T> T change(String verb, String target, Supplier<T> call) {
    beginning.accept(verb, target);
    Instant began = stage.now();
    stage.pauseHere();
    T answer = call.get();
    stage.pauseHere();
    if (stage.now().isAfter(began.plus(CALL_TIMEOUT))) {
      throw new UnansweredCallException(verb + " took too long", null);
    }
    return answer;
  }

  private void change(String verb, ContainerId id, Runnable call) {
    change(
        verb,
        id.value(),
        () -> {
          call.run();
          return true;
        });
  }

  @Override
  public EngineInfo engine() {
    return ask(engine::engine);
  }

  @Override
  public Optional<ObservedContainer> inspect(ContainerId id) {
    return ask(() -> engine.inspect(id));
  }

  @Override
  public Optional<ObservedContainer> inspect(ContainerName name) {
    return ask(() -> engine.inspect(name));
  }

  @Override
  public List<ObservedContainer> owned(String installation, AppName app) {
    return ask(() -> engine.owned(installation, app));
  }

  @Override
  public List<ObservedContainer> owned(String installation) {
    return ask(() -> engine.owned(installation));
  }

  @Override
  public List<ListedContainer> list(String installation) {
    return ask(() -> engine.list(installation));
  }

  @Override
  public void follow(EngineEvents listener, Cancellation cancellation) {
    throw new UnsupportedOperationException("events are told by the world");
  }

  @Override
  public Optional<Image> image(String idOrReference) {
    return ask(() -> engine.image(idOrReference));
  }

  @Override
  public String logs(ContainerId id, int lines) {
    return engine.logs(id, lines);
  }

  @Override
  public void followLogs(
      ContainerId id, LogStart start, Consumer<LogLine> listener, Cancellation cancellation) {
    throw new UnsupportedOperationException("nobody reads logs here");
  }

  @Override
  public Optional<Map<String, String>> volume(String name) {
    return ask(() -> engine.volume(name));
  }

  @Override
  public boolean awaitExit(ContainerId id, Duration timeout) {
    Instant deadline = stage.now().plus(timeout);
    while (inspect(id).filter(ObservedContainer::running).isPresent()) {
      if (!stage.now().isBefore(deadline)) {
        return false;
      }
      stage.sleep(POLL);
    }
    return true;
  }

  @Override
  public int execute(ContainerId id, List<String> test, Duration timeout) {
    return ask(() -> engine.execute(id, test, timeout));
  }

  @Override
  public List<EngineNetwork> networks(String name) {
    return ask(() -> engine.networks(name));
  }

  @Override
  public Optional<PullProgress> pullProgress(ImageReference reference) {
    return Optional.empty();
  }

  @Override
  public Image pull(ImageReference reference, Cancellation cancellation) {
    stage.pauseHere();
    stage.pauseHere();
    if (cancellation.requested()) {
      throw new CancelledException("the pull was cancelled");
    }
    return ask(() -> engine.pull(reference, cancellation));
  }

  @Override
  public void ensureNetwork(String name, Map<String, String> labels) {
    change(
        "ensure network",
        name,
        () -> {
          engine.ensureNetwork(name, labels);
          return true;
        });
  }

  @Override
  public boolean ensureVolume(String name, Map<String, String> labels) {
    return change("ensure volume", name, () -> engine.ensureVolume(name, labels));
  }

  @Override
  public void removeVolume(String name) {
    change(
        "remove volume",
        name,
        () -> {
          engine.removeVolume(name);
          return true;
        });
  }

  @Override
  public CreateResult create(ContainerSpec spec) {
    return change("create", spec.name().value(), () -> engine.create(spec));
  }

  @Override
  public void start(ContainerId id) {
    change("start", id, () -> engine.start(id));
  }

  @Override
  public void terminate(ContainerId id) {
    change("terminate", id, () -> engine.terminate(id));
  }

  @Override
  public void kill(ContainerId id) {
    change("kill", id, () -> engine.kill(id));
  }

  @Override
  public void remove(ContainerId id) {
    change("remove", id, () -> engine.remove(id));
  }

  @Override
  public void rename(ContainerId id, ContainerName name) {
    change("rename", id, () -> engine.rename(id, name));
  }

  @Override
  public void resume(ContainerId id) {
    change("resume", id, () -> engine.resume(id));
  }

  @Override
  public void reconnect(ContainerId id) {
    change("reconnect", id, () -> engine.reconnect(id));
  }

  @Override
  public Result probe(ObservedContainer container, HealthCheck check, Duration timeout) {
    return ask(() -> engine.probe(container, check, timeout));
  }
}

package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.EngineEvents;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.runtime.EngineNetwork;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.LogLine;
import io.appserver.orchestrator.runtime.LogStart;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.PullProgress;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.SendGuard;
import io.appserver.orchestrator.testing.FakeEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An instance's way to the engine. A call may be on its way for any time before it takes effect,
 * and its answer for any time after; one that took too long counts as unanswered. Some take longer
 * than a lease lives: the engine goes on with them whatever becomes of the instance.
 */
final class StagedRuntime implements RuntimeView, RuntimeControl, HealthProbe {

  private static final Duration POLL = Duration.ofMillis(200);

  /** Of a pull that does not end: how often it is seen whether it was cancelled. */
  private static final Duration HELD = Duration.ofSeconds(5);

  private final Staging stage;
  private final FakeEngine engine;
  private final BiConsumer<String, String> beginning;
  private final Supplier<Duration> slowness;
  private final Runnable late;
  private final Lines lines;

  /**
   * @param beginning told verb and target of each changing request at the moment it is sent
   * @param slowness how long the engine takes for the next change; zero if it is not slow
   * @param late told that a call goes on without anybody who waits for it
   * @param lines how the calls for single apps fare
   */
  StagedRuntime(
      Staging stage,
      FakeEngine engine,
      BiConsumer<String, String> beginning,
      Supplier<Duration> slowness,
      Runnable late,
      Lines lines) {
    this.stage = stage;
    this.engine = engine;
    this.beginning = beginning;
    this.slowness = slowness;
    this.late = late;
    this.lines = lines;
  }

  private <T> T ask(Supplier<T> question) {
    return ask(Line.GOOD, question);
  }

  private <T> T ask(Line line, Supplier<T> question) {
    T answer = line.ask(stage, question);
    stage.pauseHere();
    return answer;
  }

  private <T> T change(String verb, String target, Supplier<T> call) {
    stage.pauseHere(); // a ping, or a question before it
    SendGuard.pass();
    beginning.accept(verb, target);
    Duration slow = slowness.get();
    Instant began = stage.now();
    stage.pauseHere();
    T answer =
        slow.isPositive() ? slowly(verb, slow, call) : lines.of(target).change(stage, verb, call);
    stage.pauseHere();
    if (stage.now().isAfter(began.plus(Line.LONGEST_CALL))) {
      throw new UnansweredCallException(verb + " took too long", null);
    }
    return answer;
  }

  /** By a thread of the engine's own, which no fate of the instance concerns. */
  private <T> T slowly(String verb, Duration takes, Supplier<T> call) {
    var done = new Semaphore(0);
    var result = new AtomicReference<@Nullable Supplier<T>>();
    stage.enter(
        "engine",
        verb,
        () -> false,
        () -> {
          stage.sleep(takes);
          result.set(ended(call));
          done.release();
        });
    boolean answered = false;
    try {
      answered = stage.tryAcquire(done, Line.LONGEST_CALL);
    } finally {
      if (!answered) {
        late.run();
      }
    }
    Supplier<T> answer = result.get();
    if (!answered || answer == null) {
      throw new UnansweredCallException(verb + " is still under way", null);
    }
    return answer.get();
  }

  private static <T> Supplier<T> ended(Supplier<T> call) {
    try {
      T answer = call.get();
      return () -> answer;
    } catch (DeploymentException e) {
      return () -> {
        throw e;
      };
    }
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
    Line line = lines.of(id.value());
    return ask(line, () -> engine.inspect(id).map(line::told));
  }

  @Override
  public Optional<ObservedContainer> inspect(ContainerName name) {
    Line line = lines.of(name.value());
    return ask(line, () -> engine.inspect(name).map(line::told));
  }

  @Override
  public List<ObservedContainer> owned(String installation, AppName app) {
    Line line = lines.ofApp(app.value());
    return ask(line, () -> engine.owned(installation, app).stream().map(line::told).toList());
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
    Line line = this.lines.of(id.value());
    return line.log(line.ask(stage, () -> engine.logs(id, lines)));
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
    while (engine.holdsPull(reference.toString()) && !cancellation.requested()) {
      stage.sleep(HELD);
    }
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
    Line line = lines.of(container.name().value());
    return ask(() -> line.probe(stage, timeout, () -> engine.probe(container, check, timeout)));
  }
}

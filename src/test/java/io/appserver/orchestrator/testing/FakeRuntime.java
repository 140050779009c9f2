package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvents;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.runtime.EngineNetwork;
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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The runtime port on a {@link FakeHost}: each call as a whole, and only if the engine answers; the
 * changing ones as their faults have it.
 */
class FakeRuntime implements RuntimeView, RuntimeControl {

  final FakeRegistry registry = new FakeRegistry();
  final FakeEvents events = new FakeEvents();
  final FakeFaults faults = new FakeFaults();
  final FakeHolds holds = new FakeHolds();
  final FakeHost host;

  /** Apps that answer no probe. */
  final Set<String> sick = new TreeSet<>();

  /** What every app's log ends with that says nothing itself. */
  String lastLine = "the last line";

  boolean answers = true;

  FakeRuntime(InstantSource clock) {
    host = new FakeHost(clock, this::tell);
  }

  private synchronized void tell(EngineEvent event) {
    events.happened(event);
    notifyAll();
  }

  List<ObservedContainer> find(Predicate<ObservedContainer> wanted) {
    return host.containers.values().stream().map(FakeContainer::observed).filter(wanted).toList();
  }

  private void requireAnswer() {
    if (!answers) {
      throw new UnreachableException(
          Failure.of(FailureCode.RUNTIME_UNAVAILABLE, "the engine does not answer"), null);
    }
  }

  private synchronized <T> T ask(Supplier<T> question) {
    requireAnswer();
    return question.get();
  }

  private synchronized <T> T change(String verb, FakeFaults.Effect<T> effect) {
    requireAnswer();
    SendGuard.pass();
    return faults.call(verb, effect);
  }

  private <T> T change(String verb, ContainerId id, FakeFaults.Effect<T> effect) {
    nameOf(id).ifPresent(name -> holds.await(verb, name));
    return change(verb, effect);
  }

  private synchronized Optional<String> nameOf(ContainerId id) {
    return host.container(id).map(container -> container.observed().name().value());
  }

  @Override
  public EngineInfo engine() {
    return ask(() ->
        new EngineInfo(
            "fake", "fake", "0", "1.41", Optional.of(host.clock.instant()), "/var/lib/fake"));
  }

  @Override
  public Optional<ObservedContainer> inspect(ContainerId id) {
    nameOf(id).ifPresent(name -> holds.await("inspect", name));
    return ask(() -> host.container(id).map(FakeContainer::observed));
  }

  @Override
  public Optional<ObservedContainer> inspect(ContainerName name) {
    return ask(() -> find(container -> container.name().equals(name)).stream().findFirst());
  }

  @Override
  public List<ObservedContainer> owned(String installation, AppName app) {
    holds.await("owned", app.value());
    return owned(installation).stream()
        .filter(container -> container.ownedBy(installation).orElseThrow().appName().equals(app))
        .toList();
  }

  @Override
  public List<ObservedContainer> owned(String installation) {
    return ask(() -> find(container -> container.ownedBy(installation).isPresent()));
  }

  @Override
  public List<ListedContainer> list(String installation) {
    return ask(() ->
        host.containers.values().stream()
            .map(container -> container.listed(installation, well(container.observed())))
            .flatMap(Optional::stream)
            .toList());
  }

  @Override
  public void follow(EngineEvents listener, Cancellation cancellation) {
    ping();
    events.follow(listener, cancellation);
  }

  @Override
  public Optional<Image> image(String idOrReference) {
    return ask(() -> host.image(idOrReference));
  }

  @Override
  public String logs(ContainerId id, int lines) {
    return ask(() -> host.container(id).map(container -> log(id, container, lines)).orElse(""));
  }

  private String log(ContainerId id, FakeContainer container, int lines) {
    List<String> log = container.log();
    return log.isEmpty()
        ? "%s of %s\n".formatted(lastLine, id)
        : log.stream()
            .skip(Math.max(0, log.size() - lines))
            .collect(Collectors.joining("\n", "", "\n"));
  }

  @Override
  public void followLogs(
      ContainerId id, LogStart start, Consumer<LogLine> listener, Cancellation cancellation) {
    List<String> log = logs(id, Integer.MAX_VALUE).lines().toList();
    for (int i = Math.max(0, log.size() - start.lines()); i < log.size(); i++) {
      var line = new LogLine(Instant.EPOCH.plusNanos(i + 1L), false, log.get(i));
      if (line.at().isAfter(start.after())) {
        listener.accept(line);
      }
    }
    while (!cancellation.requested() && !awaitExit(id, Duration.ofMillis(50))) {
      requireAnswer();
    }
  }

  @Override
  public Optional<Map<String, String>> volume(String name) {
    return ask(() -> Optional.ofNullable(host.volumes.get(name)));
  }

  @Override
  public synchronized boolean awaitExit(ContainerId id, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (inspect(id).filter(ObservedContainer::running).isPresent()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException("interrupted");
      }
    }
    return true;
  }

  /** Well unless the app is sick, whatever the test. */
  @Override
  public int execute(ContainerId id, List<String> test, Duration timeout) {
    ObservedContainer container =
        inspect(id)
            .orElseThrow(() ->
                new DeploymentException(
                    FailureCode.CONTAINER_MISSING, "container %s is gone".formatted(id)));
    if (!container.running()) {
      throw new DeploymentException(
          FailureCode.EXITED, "container %s does not run any more".formatted(id));
    }
    return well(container) ? 0 : 1;
  }

  @Override
  public List<EngineNetwork> networks(String name) {
    return ask(() ->
        host.networks.contains(name)
            ? List.of(new EngineNetwork(name, "bridge", host.containers.size(), List.of()))
            : List.of());
  }

  @Override
  public Optional<PullProgress> pullProgress(ImageReference reference) {
    return Optional.empty();
  }

  @Override
  public Image pull(ImageReference reference, Cancellation cancellation) {
    ask(() -> host.calls.add("pull " + reference));
    FakeRegistry.Content content = registry.pull(reference, cancellation);
    return ask(() -> host.keep(reference.toString(), content));
  }

  @Override
  public void ensureNetwork(String name, Map<String, String> labels) {
    change("ensure network", () -> host.makeNetwork(name));
  }

  @Override
  public boolean ensureVolume(String name, Map<String, String> labels) {
    return change("ensure volume", () -> host.volumes.putIfAbsent(name, labels) == null);
  }

  @Override
  public void removeVolume(String name) {
    change("remove volume", () -> host.removeVolume(name));
  }

  @Override
  public CreateResult create(ContainerSpec spec) {
    holds.await("create", spec.name().value());
    return change("create", () -> host.create(spec));
  }

  @Override
  public void start(ContainerId id) {
    change("start", id, () -> host.start(id));
  }

  @Override
  public void terminate(ContainerId id) {
    change("terminate", id, () -> host.terminate(id));
  }

  @Override
  public void kill(ContainerId id) {
    change("kill", id, () -> host.kill(id));
  }

  @Override
  public void remove(ContainerId id) {
    change("remove", id, () -> host.remove(id));
  }

  @Override
  public void rename(ContainerId id, ContainerName name) {
    change("rename", id, () -> host.rename(id, name));
  }

  @Override
  public void resume(ContainerId id) {
    change("resume", id, () -> host.resume(id));
  }

  @Override
  public void reconnect(ContainerId id) {
    change("reconnect", id, () -> host.reconnect(id));
  }

  /** Whether it answers at the address at which it was seen. */
  final synchronized boolean well(ObservedContainer container) {
    return host.container(container.id())
            .filter(FakeContainer::answers)
            .filter(running -> running.observed().address().equals(container.address()))
            .isPresent()
        && sick.stream().noneMatch(app -> container.name().value().equals("app-" + app));
  }
}

package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.container.Cancellation;
import io.appserver.orchestrator.container.CancelledException;
import io.appserver.orchestrator.container.ContainerId;
import io.appserver.orchestrator.container.ContainerLabels;
import io.appserver.orchestrator.container.ContainerName;
import io.appserver.orchestrator.container.ContainerSpec;
import io.appserver.orchestrator.container.CreateResult;
import io.appserver.orchestrator.container.EngineEvent;
import io.appserver.orchestrator.container.EngineEvent.Kind;
import io.appserver.orchestrator.container.EngineEvents;
import io.appserver.orchestrator.container.EngineInfo;
import io.appserver.orchestrator.container.HealthCheck;
import io.appserver.orchestrator.container.HealthProbe;
import io.appserver.orchestrator.container.Image;
import io.appserver.orchestrator.container.ImageReference;
import io.appserver.orchestrator.container.ListedContainer;
import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.container.ObservedContainer.Status;
import io.appserver.orchestrator.container.PullProgress;
import io.appserver.orchestrator.container.RuntimeControl;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.Failure;
import io.appserver.orchestrator.deployment.FailureCode;
import io.appserver.orchestrator.deployment.UnansweredCallException;
import io.appserver.orchestrator.deployment.UnreachableException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * An engine in memory, with a registry and apps behind it, that can be told to misbehave.
 * Thread-safe.
 */
public final class FakeEngine implements RuntimeView, RuntimeControl, HealthProbe {

  /** How a changing call goes wrong. */
  public enum Fault {
    /** It takes effect, and the answer is lost. */
    DONE_UNANSWERED,
    /** It takes no effect now, and the answer is lost. */
    LOST,
    /** It is refused. */
    REFUSED
  }

  private record Kept(ContainerSpec spec, Map<String, String> labels, Map<String, String> state) {}

  private final Map<ContainerId, Kept> containers = new LinkedHashMap<>();
  private final Map<String, Image> images = new LinkedHashMap<>();
  private final Map<String, FailureCode> pullFailures = new LinkedHashMap<>();
  private final Map<String, Fault> faults = new LinkedHashMap<>();
  private final Set<String> volumes = new TreeSet<>();
  private final Set<String> networks = new TreeSet<>();
  private final List<String> calls = new ArrayList<>();
  private final Set<String> sick = new TreeSet<>();
  private final Map<String, Integer> exits = new LinkedHashMap<>();
  private CountDownLatch pullGate = new CountDownLatch(0);
  private final FakeEvents events = new FakeEvents();
  private boolean answers = true;
  private String lastLine = "the last line";
  private int made;

  /** Puts an image into the registry. */
  public synchronized void offer(String reference) {
    images.put(reference, new Image("sha256:" + reference, "sha256:manifest", List.of()));
  }

  /** The next pulls of that reference fail so; null heals it. */
  public synchronized void failPull(String reference, FailureCode code) {
    pullFailures.put(reference, code);
  }

  /** Pulls wait until the latch is down. */
  public synchronized void holdPulls(CountDownLatch gate) {
    pullGate = gate;
  }

  /** The next call of that verb goes wrong, once. */
  public synchronized void fault(String verb, Fault fault) {
    faults.put(verb, fault);
  }

  /** Containers of the app answer no probe. */
  public synchronized void sicken(String app) {
    sick.add(app);
  }

  public synchronized void heal(String app) {
    sick.remove(app);
    exits.remove(app);
  }

  /** Containers of the app end with that code as soon as they start. */
  public synchronized void exitAtStart(String app, int code) {
    exits.put(app, code);
  }

  /** What every container's log ends with from now on. */
  public synchronized void say(String line) {
    lastLine = line;
  }

  /** A container that is not ours. */
  public synchronized ContainerId foreign(String name) {
    var id = new ContainerId("foreign-" + ++made);
    var state = new LinkedHashMap<String, String>();
    state.put("name", name);
    state.put("status", Status.RUNNING.name());
    containers.put(id, new Kept(null, Map.of(), state));
    return id;
  }

  /** Ends a container from outside. */
  public synchronized void exit(ContainerId id, int code) {
    containers.get(id).state().put("status", Status.EXITED.name());
    containers.get(id).state().put("exit", Integer.toString(code));
    happened(Kind.EXITED, id);
  }

  /** Takes a container away from outside. */
  public synchronized void vanish(ContainerId id) {
    if (ContainerLabels.read(containers.get(id).labels()).isPresent()) {
      happened(Kind.REMOVED, id);
    }
    containers.remove(id);
    events.happened(new EngineEvent(Kind.SPACE_FREED, Optional.empty(), Optional.empty()));
  }

  private void happened(Kind kind, ContainerId id) {
    events.happened(
        new EngineEvent(kind, Optional.of(id), ContainerLabels.read(containers.get(id).labels())));
  }

  /** Ends every event stream, as an engine does that goes. */
  public void breakEvents() {
    events.end();
  }

  /**
   * Whether the engine answers at all. While it does not, no call begins anything; event streams
   * stay, silent or not, until {@link #breakEvents}.
   */
  public synchronized void answer(boolean answering) {
    answers = answering;
  }

  private synchronized void beReached() {
    if (!answers) {
      throw new UnreachableException(
          Failure.of(FailureCode.RUNTIME_UNAVAILABLE, "the engine does not answer"), null);
    }
  }

  /** Every changing call that was answered or took effect, as {@code verb target}. */
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /** Name and status of every container, in the order they were made. */
  public synchronized List<String> standing() {
    return containers.values().stream()
        .map(kept -> kept.state().get("name") + " " + kept.state().get("status"))
        .toList();
  }

  public synchronized List<ContainerId> ids() {
    return List.copyOf(containers.keySet());
  }

  public synchronized Set<String> volumes() {
    return Set.copyOf(volumes);
  }

  @Override
  public EngineInfo engine() {
    beReached();
    return new EngineInfo("fake", "fake", "0", "1.41");
  }

  @Override
  public synchronized Optional<ObservedContainer> inspect(ContainerId id) {
    beReached();
    return Optional.ofNullable(containers.get(id)).map(kept -> observed(id, kept));
  }

  @Override
  public synchronized Optional<ObservedContainer> inspect(ContainerName name) {
    beReached();
    return find(c -> c.name().equals(name)).stream().findFirst();
  }

  @Override
  public synchronized List<ObservedContainer> owned(String installation, AppName app) {
    beReached();
    return find(
        c -> c.ownedBy(installation).filter(labels -> labels.appName().equals(app)).isPresent());
  }

  @Override
  public synchronized List<ObservedContainer> owned(String installation) {
    beReached();
    return find(c -> c.ownedBy(installation).isPresent());
  }

  @Override
  public synchronized List<ListedContainer> list(String installation) {
    return owned(installation).stream()
        .map(own ->
            new ListedContainer(
                own.id(),
                own.name(),
                own.status(),
                own.imageId(),
                own.ownedBy(installation).orElseThrow()))
        .toList();
  }

  @Override
  public void follow(EngineEvents listener, Cancellation cancellation) {
    beReached();
    events.follow(listener, cancellation);
  }

  private List<ObservedContainer> find(Predicate<ObservedContainer> wanted) {
    return containers.entrySet().stream()
        .map(entry -> observed(entry.getKey(), entry.getValue()))
        .filter(wanted)
        .toList();
  }

  private static ObservedContainer observed(ContainerId id, Kept kept) {
    return new ObservedContainer(
        id,
        new ContainerName(kept.state().get("name")),
        Status.valueOf(kept.state().get("status")),
        Integer.parseInt(kept.state().getOrDefault("exit", "0")),
        false,
        "",
        Optional.ofNullable(kept.state().get("started")).map(Instant::parse),
        kept.spec() == null ? "foreign" : kept.spec().imageId(),
        "10.0.0.1",
        List.of(),
        kept.labels());
  }

  @Override
  public synchronized Optional<Image> image(String idOrReference) {
    beReached();
    return images.values().stream()
        .filter(image -> image.id().equals(idOrReference))
        .findFirst()
        .or(() -> Optional.ofNullable(images.get(idOrReference)));
  }

  @Override
  public synchronized String logs(ContainerId id, int lines) {
    beReached();
    return lastLine + " of " + id + "\n";
  }

  @Override
  public boolean awaitExit(ContainerId id, Duration timeout) {
    beReached();
    return inspect(id).filter(ObservedContainer::running).isEmpty();
  }

  @Override
  public int execute(ContainerId id, List<String> test, Duration timeout) {
    beReached();
    return 0;
  }

  @Override
  public Optional<PullProgress> pullProgress(ImageReference reference) {
    return Optional.empty();
  }

  @Override
  public Image pull(ImageReference reference, Cancellation cancellation) {
    CountDownLatch gate;
    synchronized (this) {
      beReached();
      calls.add("pull " + reference);
      gate = pullGate;
    }
    try {
      while (!gate.await(5, TimeUnit.MILLISECONDS)) {
        if (cancellation.requested()) {
          throw new CancelledException("the pull was cancelled");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted");
    }
    synchronized (this) {
      FailureCode failure = pullFailures.get(reference.toString());
      if (failure != null) {
        throw new DeploymentException(failure, "told to fail the pull of " + reference);
      }
      return Optional.ofNullable(images.get(reference.toString()))
          .orElseThrow(() ->
              new DeploymentException(
                  FailureCode.IMAGE_NOT_FOUND, "repository not found: " + reference));
    }
  }

  @Override
  public synchronized void ensureNetwork(String name, Map<String, String> labels) {
    beReached();
    networks.add(name);
  }

  @Override
  public synchronized boolean ensureVolume(String name, Map<String, String> labels) {
    beReached();
    return volumes.add(name);
  }

  @Override
  public synchronized void removeVolume(String name) {
    beReached();
    if (volumes.remove(name)) {
      events.happened(new EngineEvent(Kind.SPACE_FREED, Optional.empty(), Optional.empty()));
    }
  }

  @Override
  public synchronized CreateResult create(ContainerSpec spec) {
    if (inspect(spec.name()).isPresent()) {
      return new CreateResult.NameTaken();
    }
    var id = new ContainerId("%s-%d".formatted(spec.name(), ++made));
    change(
        "create",
        spec.name().value(),
        () -> {
          var state = new LinkedHashMap<String, String>();
          state.put("name", spec.name().value());
          state.put("status", Status.CREATED.name());
          containers.put(id, new Kept(spec, spec.labels().asMap(), state));
        });
    return new CreateResult.Created(id);
  }

  @Override
  public synchronized void start(ContainerId id) {
    Kept kept = containers.get(id);
    change(
        "start",
        id.value(),
        () -> {
          Integer exit = exits.get(kept.spec().labels().appName().value());
          kept.state().put("status", Status.RUNNING.name());
          kept.state().put("exit", "0");
          kept.state().put("started", Instant.now().toString());
          happened(Kind.STARTED, id);
          if (exit != null) {
            exit(id, exit);
          }
        });
  }

  @Override
  public synchronized void terminate(ContainerId id) {
    if (containers.containsKey(id)) {
      change("terminate", id.value(), () -> exit(id, 143));
    }
  }

  @Override
  public synchronized void kill(ContainerId id) {
    if (containers.containsKey(id)) {
      change("kill", id.value(), () -> exit(id, 137));
    }
  }

  @Override
  public synchronized void remove(ContainerId id) {
    if (containers.containsKey(id)) {
      change("remove", id.value(), () -> vanish(id));
    }
  }

  @Override
  public synchronized void rename(ContainerId id, ContainerName name) {
    change(
        "rename",
        id.value(),
        () -> {
          containers.get(id).state().put("name", name.value());
          happened(Kind.RENAMED, id);
        });
  }

  private void change(String verb, String target, Runnable effect) {
    beReached();
    Fault fault = faults.remove(verb);
    if (fault == Fault.LOST) {
      throw new UnansweredCallException(verb + " got no answer", null);
    }
    if (fault == Fault.REFUSED) {
      throw new DeploymentException(FailureCode.PORT_CONFLICT, verb + " was refused");
    }
    effect.run();
    calls.add(verb + " " + target);
    if (fault == Fault.DONE_UNANSWERED) {
      throw new UnansweredCallException(verb + " got no answer", null);
    }
  }

  @Override
  public synchronized Result probe(
      ObservedContainer container, HealthCheck check, Duration timeout) {
    boolean well =
        sick.stream().noneMatch(app -> container.name().value().equals("app-" + app))
            && container.running();
    return new Result(well, well ? "answered 200" : "answered 503");
  }
}

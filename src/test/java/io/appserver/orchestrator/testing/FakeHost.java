package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvent.Kind;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a {@link FakeEngine} has: containers, images, volumes, networks; and what its calls do with
 * them. Guarded by the engine.
 */
final class FakeHost {

  /** The least memory that an engine gives, in MiB. */
  private static final long LEAST_MEMORY = 6;

  final Map<ContainerId, FakeContainer> containers = new LinkedHashMap<>();

  /** Labels by name. */
  final Map<String, Map<String, String>> volumes = new TreeMap<>();

  final Set<String> networks = new TreeSet<>();

  /** How often a network of that name was made; a container belongs to the one it was made in. */
  private final Map<String, Integer> networksMade = new TreeMap<>();

  /** Every call of a container that took effect, and every pull, as {@code verb target}. */
  final List<String> calls = new ArrayList<>();

  private final Map<ContainerId, String> networkOf = new LinkedHashMap<>();

  /** Exit codes of apps that end as soon as they start. */
  final Map<String, Integer> exits = new LinkedHashMap<>();

  /** By app, with what code the start of its containers is refused. */
  final Map<String, FailureCode> refusals = new LinkedHashMap<>();

  private final Map<String, FakeRegistry.Content> images = new LinkedHashMap<>();
  final InstantSource clock;
  private final Consumer<EngineEvent> events;
  private int made;
  private int started;

  FakeHost(InstantSource clock, Consumer<EngineEvent> events) {
    this.clock = clock;
    this.events = events;
  }

  Image keep(String reference, FakeRegistry.Content content) {
    images.put(reference, content);
    return content.image();
  }

  Optional<Image> image(String idOrReference) {
    return Optional.ofNullable(images.get(idOrReference))
        .or(() -> content(idOrReference))
        .map(FakeRegistry.Content::image);
  }

  private Optional<FakeRegistry.Content> content(String id) {
    return images.values().stream().filter(kept -> kept.image().id().equals(id)).findFirst();
  }

  Optional<FakeContainer> container(ContainerId id) {
    return Optional.ofNullable(containers.get(id));
  }

  private FakeContainer present(ContainerId id) {
    return container(id)
        .orElseThrow(() ->
            new DeploymentException(
                FailureCode.CONTAINER_MISSING, "container %s is gone".formatted(id)));
  }

  boolean removeVolume(String name) {
    if (containers.values().stream().anyMatch(container -> container.uses(name))) {
      throw new DeploymentException(
          FailureCode.NAME_CONFLICT, "volume %s is in use".formatted(name));
    }
    boolean removed = volumes.remove(name) != null;
    if (removed) {
      events.accept(new EngineEvent(Kind.SPACE_FREED, Optional.empty(), Optional.empty()));
    }
    return removed;
  }

  CreateResult create(ContainerSpec spec) {
    if (taken(spec.name())) {
      return new CreateResult.NameTaken();
    }
    FakeApp app =
        content(spec.imageId())
            .orElseThrow(() ->
                new DeploymentException(
                    FailureCode.PULL_CORRUPT, "the image of %s is gone".formatted(spec.name())))
            .app();
    if (spec.memoryMb() < LEAST_MEMORY) {
      throw new DeploymentException(
          FailureCode.INVALID_SETTING, "too little memory for %s".formatted(spec.name()));
    }
    var id = new ContainerId("%s-%d".formatted(spec.name(), ++made));
    containers.put(id, FakeContainer.of(id, spec, app, volumes(spec, app), events));
    networkOf.put(id, network(spec.network()));
    calls.add("create " + spec.name());
    return new CreateResult.Created(id);
  }

  /** What the image declares and the caller does not name gets a volume that nobody named. */
  private List<VolumeMount> volumes(ContainerSpec spec, FakeApp app) {
    var mounts = new ArrayList<>(spec.volumes());
    spec.volumes().forEach(mount -> volumes.putIfAbsent(mount.volume(), Map.of()));
    for (String path : app.volumes()) {
      if (mounts.stream().noneMatch(mount -> mount.path().equals(path))) {
        mounts.add(anonymous(path));
      }
    }
    return mounts;
  }

  private VolumeMount anonymous(String path) {
    var mount = new VolumeMount("%064x".formatted(++made), path);
    volumes.put(mount.volume(), Map.of());
    return mount;
  }

  boolean makeNetwork(String name) {
    boolean made = networks.add(name);
    if (made) {
      networksMade.merge(name, 1, Integer::sum);
    }
    return made;
  }

  private String network(String name) {
    return networks.contains(name) ? "%s-%d".formatted(name, networksMade.get(name)) : "";
  }

  private boolean hasNetwork(ContainerId id) {
    String known = networkOf.getOrDefault(id, "");
    return known.isEmpty() || networks.stream().map(this::network).anyMatch(known::equals);
  }

  private boolean taken(ContainerName name) {
    return containers.values().stream().anyMatch(container -> container.named(name));
  }

  ContainerId createForeign(ContainerName name, Map<String, String> labels, String... paths) {
    var id = new ContainerId("foreign-" + ++made);
    List<VolumeMount> mounts = Stream.of(paths).map(this::anonymous).toList();
    var container = FakeContainer.foreign(id, name, labels, mounts, events);
    containers.put(id, container);
    container.start(clock.instant(), freeAddress());
    return id;
  }

  boolean start(ContainerId id) {
    FakeContainer container = present(id);
    calls.add("start " + id);
    if (container.running()) {
      return false;
    }
    Optional<FailureCode> refusal = container.appName().map(refusals::get);
    if (refusal.isPresent()) {
      throw container.notStarted(refusal.get(), "told to refuse its start");
    }
    if (!hasNetwork(id)) {
      throw container.notStarted(FailureCode.CONTAINER_MISSING, "its network is gone");
    }
    if (container.publishedPort().filter(this::listenedOn).isPresent()) {
      throw container.notStarted(
          FailureCode.PORT_CONFLICT, "port already in use, another container has it");
    }
    container.start(clock.instant(), freeAddress());
    container.appName().map(exits::get).ifPresent(container::exit);
    return true;
  }

  private boolean listenedOn(int port) {
    return containers.values().stream()
        .filter(FakeContainer::running)
        .anyMatch(container -> container.publishedPort().equals(Optional.of(port)));
  }

  private String freeAddress() {
    started++;
    return "10.%d.%d.%d".formatted(started >> 16 & 255, started >> 8 & 255, started & 255);
  }

  boolean terminate(ContainerId id) {
    container(id)
        .ifPresent(container -> {
          calls.add("terminate " + id);
          container.terminate();
        });
    return true;
  }

  boolean kill(ContainerId id) {
    container(id)
        .ifPresent(container -> {
          calls.add("kill " + id);
          container.exit(FakeContainer.KILLED);
        });
    return true;
  }

  boolean remove(ContainerId id) {
    container(id).ifPresent(container -> calls.add("remove " + id));
    return vanish(id);
  }

  boolean vanish(ContainerId id) {
    FakeContainer gone = containers.remove(id);
    if (gone == null) {
      return false;
    }
    gone.end();
    events.accept(new EngineEvent(Kind.SPACE_FREED, Optional.empty(), gone.labels()));
    return true;
  }

  boolean resume(ContainerId id) {
    calls.add("resume " + id);
    present(id).resume();
    return true;
  }

  boolean reconnect(ContainerId id) {
    calls.add("reconnect " + id);
    if (!hasNetwork(id)) {
      throw new DeploymentException(
          FailureCode.CONTAINER_MISSING, "the network of container %s is gone".formatted(id));
    }
    present(id).connect(freeAddress());
    return true;
  }

  boolean rename(ContainerId id, ContainerName name) {
    FakeContainer container = present(id);
    if (container.named(name)) {
      return false;
    }
    if (taken(name)) {
      throw new DeploymentException(
          FailureCode.NAME_CONFLICT, "another container is named %s".formatted(name));
    }
    container.rename(name);
    calls.add("rename " + id);
    return true;
  }
}

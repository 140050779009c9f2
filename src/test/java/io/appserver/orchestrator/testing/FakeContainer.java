package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvent.Kind;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A container of a {@link FakeEngine}, which guards it. Tells of what happens to it. */
final class FakeContainer {

  /** What SIGKILL ends a process with. */
  static final int KILLED = 137;

  private final ContainerId id;
  private final FakeApp app;
  private final String imageId;
  private final Map<String, String> labels;
  private final Optional<ContainerSpec> spec;
  private final List<VolumeMount> volumes;
  private final Consumer<EngineEvent> events;
  private final List<String> log = new ArrayList<>();
  private ContainerName name;
  private Status status = Status.CREATED;
  private int exitCode;
  private boolean oomKilled;
  private String error = "";
  private Optional<Instant> startedAt = Optional.empty();
  private String address = "";

  private FakeContainer(
      ContainerId id,
      ContainerName name,
      String imageId,
      FakeApp app,
      Map<String, String> labels,
      Optional<ContainerSpec> spec,
      List<VolumeMount> volumes,
      Consumer<EngineEvent> events) {
    this.id = id;
    this.name = name;
    this.imageId = imageId;
    this.app = app;
    this.labels = labels;
    this.spec = spec;
    this.volumes = List.copyOf(volumes);
    this.events = events;
  }

  /**
   * @param volumes the spec's, and those without a name
   */
  static FakeContainer of(
      ContainerId id,
      ContainerSpec spec,
      FakeApp app,
      List<VolumeMount> volumes,
      Consumer<EngineEvent> events) {
    return new FakeContainer(
        id,
        spec.name(),
        spec.imageId(),
        app,
        spec.labels().asMap(),
        Optional.of(spec),
        volumes,
        events);
  }

  /** One that somebody else made. */
  static FakeContainer foreign(
      ContainerId id,
      ContainerName name,
      Map<String, String> labels,
      List<VolumeMount> volumes,
      Consumer<EngineEvent> events) {
    var app = FakeApp.of(FakeApp.Manner.WELL);
    return new FakeContainer(id, name, "foreign", app, labels, Optional.empty(), volumes, events);
  }

  boolean running() {
    return status == Status.RUNNING;
  }

  /** Whether it runs and answers probes. */
  boolean answers() {
    return running() && app.manner() != FakeApp.Manner.MUTE;
  }

  boolean named(ContainerName wanted) {
    return name.equals(wanted);
  }

  Optional<Integer> publishedPort() {
    return spec.flatMap(ContainerSpec::publishedPort);
  }

  boolean uses(String volume) {
    return volumes.stream().anyMatch(mount -> mount.volume().equals(volume));
  }

  Optional<String> appName() {
    return ContainerLabels.read(labels).map(own -> own.appName().value());
  }

  /** Ours, if it bears them. */
  Optional<ContainerLabels> labels() {
    return ContainerLabels.read(labels);
  }

  List<String> log() {
    return List.copyOf(log);
  }

  void start(Instant now, String freeAddress) {
    if (app.manner() == FakeApp.Manner.CANNOT_START) {
      throw notStarted(FailureCode.IMAGE_INVALID, "its entry point is not there");
    }
    status = Status.RUNNING;
    exitCode = 0;
    oomKilled = false;
    error = "";
    startedAt = Optional.of(now);
    address = freeAddress;
    log.addAll(app.lines());
    tell(Kind.STARTED);
    switch (app.manner()) {
      case ENDS -> exit(app.exitCode());
      case RUNS_OUT_OF_MEMORY -> runOutOfMemory();
      case WELL, DEAF, MUTE, CANNOT_START -> {}
    }
  }

  /** The engine keeps the reason, and an exit code as a shell would give it. */
  DeploymentException notStarted(FailureCode code, String reason) {
    error = reason;
    exitCode = 127;
    return new DeploymentException(code, "container %s: %s".formatted(id, reason));
  }

  void terminate() {
    if (app.manner() != FakeApp.Manner.DEAF) {
      exit(0);
    }
  }

  /** Nothing happens if it does not run. */
  void exit(int code) {
    if (running() || status == Status.PAUSED) {
      status = Status.EXITED;
      exitCode = code;
      address = "";
      tell(Kind.EXITED);
    }
  }

  void runOutOfMemory() {
    if (running()) {
      oomKilled = true;
      tell(Kind.OUT_OF_MEMORY);
      exit(KILLED);
    }
  }

  void pause() {
    if (running()) {
      status = Status.PAUSED;
      tell(Kind.PAUSED);
    }
  }

  void resume() {
    if (status == Status.PAUSED) {
      status = Status.RUNNING;
      tell(Kind.RESUMED);
    }
  }

  /** Ends it on its way out: whoever removes it has not finished yet. */
  void dieOnRemoval() {
    exit(KILLED);
    status = Status.DEAD;
  }

  /** Takes it out of its network. */
  void disconnect() {
    address = "";
  }

  void connect(String freeAddress) {
    if (running() && address.isEmpty()) {
      address = freeAddress;
    }
  }

  void rename(ContainerName wanted) {
    name = wanted;
    tell(Kind.RENAMED);
  }

  /** It is removed: from outside, or by us. */
  void end() {
    exit(KILLED);
    if (ContainerLabels.read(labels).isPresent()) {
      tell(Kind.REMOVED);
    }
  }

  private void tell(Kind kind) {
    events.accept(new EngineEvent(kind, Optional.of(id), ContainerLabels.read(labels)));
  }

  ObservedContainer observed() {
    return new ObservedContainer(
        id,
        name,
        status,
        exitCode,
        oomKilled,
        error,
        startedAt,
        imageId,
        address,
        app.healthcheck(),
        volumes,
        spec.map(made -> made.environment().get("PORT")).map(Integer::valueOf),
        labels);
  }

  /** Empty unless it bears the installation's labels. */
  Optional<ListedContainer> listed(String installation, boolean well) {
    return ContainerLabels.read(labels)
        .filter(own -> own.installation().equals(installation))
        .map(own -> new ListedContainer(id, name, status, isUnhealthy(well), imageId, own));
  }

  private boolean isUnhealthy(boolean well) {
    return running() && !app.healthcheck().isEmpty() && !well;
  }

  /** Its own check has failed, and the engine says so. */
  void tellUnhealthy() {
    tell(Kind.UNHEALTHY);
  }
}

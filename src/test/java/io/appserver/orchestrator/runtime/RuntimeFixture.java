package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.testing.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A runtime to try the contract on, with names that nobody else has and a broom for what is made
 * under them.
 *
 * @see RuntimeContract
 */
public abstract class RuntimeFixture implements AutoCloseable {

  /** Longer than any stop or start in the tests takes. */
  static final Duration PATIENCE = Patience.CONDITION;

  private final String run = UUID.randomUUID().toString().substring(0, 8);
  private final List<ContainerId> strangers = new ArrayList<>();
  private int made;

  public abstract RuntimeView view();

  public abstract RuntimeControl control();

  /** Puts a test image of that name into the registry. */
  public abstract ImageReference offer(String image, String... arguments);

  /** Puts a test image of that name into the registry, as that app's. */
  public abstract ImageReference offer(AppName app, String image);

  /** Where the registry is, as a reference to an image of it begins. */
  public abstract String registry();

  /** Asks whether a container is well. */
  public abstract HealthProbe probe();

  /** Runs a container that somebody made by hand. */
  protected abstract ContainerId runByHand(ContainerName name, Map<String, String> labels);

  /** Whether the engine starts the container again by itself when it ends. */
  public abstract boolean isStartedAgain(ContainerId id);

  /** How many networks of that name there are. */
  public abstract long networks(String name);

  /** Removes the network of that name, which no running container uses, and makes it again. */
  public abstract void remakeNetwork(String name);

  /** Installation, network and volumes are named after it. */
  public String run() {
    return run;
  }

  public String installation() {
    return "contract-" + run;
  }

  public String network() {
    return "contract-" + run;
  }

  public String volume() {
    return "contract-" + run + "-data";
  }

  /** An app that nobody else has. */
  public synchronized AppName app() {
    return new AppName("contract.%s-%d".formatted(run, ++made));
  }

  /** The test image as the engine has it after a pull. */
  public Image pull(String image) {
    return control().pull(offer(image), new Cancellation());
  }

  /** What a container of the app would be made from. */
  public ContainerSpec spec(AppName app, Image image) {
    return spec(app, image, Map.of());
  }

  public ContainerSpec spec(AppName app, Image image, Map<String, String> environment) {
    control().ensureNetwork(network(), Map.of(ContainerLabels.INSTALLATION, installation()));
    return new ContainerSpec(
        ContainerName.of("app-", app),
        image.id(),
        new ContainerLabels(
            installation(), "node-1", new AppId(UUID.randomUUID()), app, 1, "v1-abc", 7),
        environment,
        network(),
        3000,
        Optional.empty(),
        64,
        512,
        100,
        List.of(),
        Optional.empty());
  }

  /** The same with a port of the host. */
  public static ContainerSpec published(ContainerSpec spec, int port) {
    return copy(spec, Optional.of(port), spec.memoryMb(), spec.volumes(), spec.healthcheck());
  }

  /** The same with another memory limit. */
  public static ContainerSpec limited(ContainerSpec spec, long memoryMb) {
    return copy(spec, spec.publishedPort(), memoryMb, spec.volumes(), spec.healthcheck());
  }

  /** The same with volumes. */
  public static ContainerSpec mounted(ContainerSpec spec, VolumeMount... mounts) {
    return copy(spec, spec.publishedPort(), spec.memoryMb(), List.of(mounts), spec.healthcheck());
  }

  /** With the volume of the run at {@code /data}. */
  public ContainerSpec mounted(String image) {
    return mounted(spec(app(), pull(image)), new VolumeMount(volume(), "/data"));
  }

  /** The same with times for the image's HEALTHCHECK. */
  public static ContainerSpec checked(ContainerSpec spec, HealthcheckTimes times) {
    return copy(spec, spec.publishedPort(), spec.memoryMb(), spec.volumes(), Optional.of(times));
  }

  private static ContainerSpec copy(
      ContainerSpec spec,
      Optional<Integer> publishedPort,
      long memoryMb,
      List<VolumeMount> volumes,
      Optional<HealthcheckTimes> healthcheck) {
    return new ContainerSpec(
        spec.name(),
        spec.imageId(),
        spec.labels(),
        spec.environment(),
        spec.network(),
        spec.port(),
        publishedPort,
        memoryMb,
        spec.cpuShares(),
        spec.pidsLimit(),
        volumes,
        healthcheck);
  }

  public ContainerId created(ContainerSpec spec) {
    return switch (control().create(spec)) {
      case CreateResult.Created created -> created.id();
      case CreateResult.NameTaken taken -> throw new AssertionError(spec.name() + " is taken");
    };
  }

  /** A container of that image that runs. */
  public ContainerId started(String image) {
    ContainerId id = created(spec(app(), pull(image)));
    control().start(id);
    return id;
  }

  public ObservedContainer observed(ContainerId id) {
    return view().inspect(id).orElseThrow();
  }

  @Override
  public abstract void close();

  /** A container that somebody made by hand, and that runs. */
  public ContainerId stranger(ContainerName name, Map<String, String> labels) {
    ContainerId id = runByHand(name, labels);
    strangers.add(id);
    return id;
  }

  /** Removes every container of the run. */
  public void sweep() {
    strangers.forEach(control()::remove);
    strangers.clear();
    view().owned(installation()).forEach(container -> control().remove(container.id()));
  }
}

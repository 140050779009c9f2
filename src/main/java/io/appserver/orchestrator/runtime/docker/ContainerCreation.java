package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.HealthcheckTimes;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes containers: turns a {@link ContainerSpec} into the engine's words, and has it done. */
final class ContainerCreation {

  /** What an app has no use for; the engine grants them by default. */
  private static final Capability[] DROPPED = {
    Capability.NET_RAW,
    Capability.MKNOD,
    Capability.AUDIT_WRITE,
    Capability.SYS_CHROOT,
    Capability.SETFCAP,
    Capability.SETPCAP
  };

  /** At most 30 MB of log an app; {@code docker logs} reads this driver. */
  private static final LogConfig LOG =
      new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "10m", "max-file", "3"));

  private static final long MIB = 1024L * 1024;

  private final EngineCalls calls;
  private final DockerRuntimeView view;
  private final DockerNetworks networks;
  private final InitProcess init;

  ContainerCreation(
      EngineCalls calls, DockerRuntimeView view, DockerNetworks networks, InitProcess init) {
    this.calls = calls;
    this.view = view;
    this.networks = networks;
    this.init = init;
  }

  CreateResult create(ContainerSpec spec) {
    String network = networks.id(spec.network());
    Optional<ContainerConfig> image = view.ownImages().config(spec.imageId());
    Optional<HealthCheck> checked = image.flatMap(EngineAnswers::check);
    boolean withInit = image.filter(init::isFor).isPresent();
    try {
      ContainerId id =
          Lookup.changed(
              limit(),
              () ->
                  new ContainerId(
                      calls.change(
                          "create container " + spec.name(),
                          limit(),
                          client ->
                              command(client, spec, network, checked, withInit).exec().getId())),
              () -> made(spec));
      return new CreateResult.Created(id);
    } catch (ConflictException e) {
      return new CreateResult.NameTaken();
    } catch (DockerException e) {
      networks.doubt();
      throw DockerFailures.create(spec, e);
    }
  }

  /** The container that this very request made: no other lease's has the same fence. */
  private Optional<ContainerId> made(ContainerSpec spec) {
    return view.inspect(spec.name())
        .filter(container ->
            ContainerLabels.read(container.labels()).filter(spec.labels()::equals).isPresent())
        .map(ObservedContainer::id);
  }

  private Duration limit() {
    return calls.deadlines().changing();
  }

  /**
   * @param networkId the network by its id: a name may stand for another network a moment later
   * @param own the image's HEALTHCHECK, if it has one
   * @param withInit whether the engine's init is the first process
   */
  static CreateContainerCmd command(
      DockerClient client,
      ContainerSpec spec,
      String networkId,
      Optional<HealthCheck> own,
      boolean withInit) {
    var port = ExposedPort.tcp(spec.port());
    var command =
        client
            .createContainerCmd(spec.imageId())
            .withName(spec.name().value())
            .withAliases(spec.name().value())
            .withEnv(environment(spec.environment()))
            .withLabels(spec.labels().asMap())
            .withExposedPorts(port)
            .withHostConfig(host(spec, networkId, port).withInit(withInit));
    own.ifPresent(check ->
        spec.healthcheck().ifPresent(times -> command.withHealthcheck(healthcheck(times, check))));
    return command;
  }

  private static HostConfig host(ContainerSpec spec, String networkId, ExposedPort port) {
    var host =
        HostConfig.newHostConfig()
            .withNetworkMode(networkId)
            .withMemory(spec.memoryMb() * MIB)
            .withCpuShares(spec.cpuShares())
            .withPidsLimit(spec.pidsLimit())
            .withLogConfig(LOG)
            .withSecurityOpts(List.of("no-new-privileges"))
            .withCapDrop(DROPPED)
            .withRestartPolicy(RestartPolicy.noRestart());
    spec.publishedPort()
        .ifPresent(published ->
            host.withPortBindings(new PortBinding(Ports.Binding.bindPort(published), port)));
    return host.withMounts(spec.volumes().stream().map(ContainerCreation::mount).toList());
  }

  /** Made by name: the engine removes such a volume with no container, whatever it is told. */
  private static Mount mount(VolumeMount mount) {
    return new Mount()
        .withType(MountType.VOLUME)
        .withSource(mount.volume())
        .withTarget(mount.path());
  }

  private static List<String> environment(Map<String, String> variables) {
    return variables.entrySet().stream()
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .sorted()
        .toList();
  }

  /**
   * Without a test: the engine keeps the image's own. Whoever built the image knows how long its
   * test takes and how often it may fail, so the longer time and the larger number count.
   */
  private static HealthCheck healthcheck(HealthcheckTimes times, HealthCheck own) {
    return new HealthCheck()
        .withInterval(times.interval().toNanos())
        .withTimeout(larger(times.timeout().toNanos(), own.getTimeout()))
        .withRetries((int) larger(times.retries(), own.getRetries()));
  }

  private static long larger(long one, @Nullable Number other) {
    return other == null ? one : Math.max(one, other.longValue());
  }
}

package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.HealthcheckTimes;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a {@link ContainerSpec} into the engine's words. */
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

  private ContainerCreation() {}

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

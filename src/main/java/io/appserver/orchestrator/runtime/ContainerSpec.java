package io.appserver.orchestrator.runtime;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a container is made from.
 *
 * @param imageId the image's id, not its tag: a tag may move between pull and create
 * @param network name of the app network; the adapter attaches by the network's id
 * @param port the port the app listens on, 1 to 65535; exposed, not published
 * @param publishedPort the port of the host it is published on, where asked for
 * @param memoryMb memory limit in MiB, at least 6 (the engine's own minimum)
 * @param cpuShares relative weight, 2 to 262144
 * @param pidsLimit processes and threads at most
 * @param volumes each at a path of its own; also for what the image declares a VOLUME
 * @param healthcheck times for the image's HEALTHCHECK, where it has one
 */
public record ContainerSpec(
    ContainerName name,
    String imageId,
    ContainerLabels labels,
    Map<String, String> environment,
    String network,
    int port,
    Optional<Integer> publishedPort,
    long memoryMb,
    int cpuShares,
    long pidsLimit,
    List<VolumeMount> volumes,
    Optional<HealthcheckTimes> healthcheck) {

  public ContainerSpec {
    environment = Map.copyOf(environment);
    volumes = List.copyOf(volumes);
  }
}

package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.ContainerId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as the engine describes it now.
 *
 * @param name without the engine's leading slash
 * @param exitCode of the last run; 0 while it has not ended
 * @param error the engine's own words on why it did not start, or empty
 * @param startedAt of the last start; empty if it never was
 * @param address its IP address on the network it was asked for, or empty while it has none
 * @param healthcheck the test that the engine runs for it, or empty
 * @param volumes that it has, anonymous ones too
 * @param port that it was told to listen on, by its variable PORT; empty if it was told none
 */
public record ObservedContainer(
    ContainerId id,
    ContainerName name,
    Status status,
    int exitCode,
    boolean oomKilled,
    String error,
    Optional<Instant> startedAt,
    String imageId,
    String address,
    List<String> healthcheck,
    List<VolumeMount> volumes,
    Optional<Integer> port,
    Map<String, String> labels) {

  public ObservedContainer {
    healthcheck = List.copyOf(healthcheck);
    volumes = List.copyOf(volumes);
    labels = Map.copyOf(labels);
  }

  /** What the engine says the container is doing. */
  public enum Status {
    CREATED,
    RUNNING,
    PAUSED,
    RESTARTING,
    REMOVING,
    EXITED,
    DEAD
  }

  public boolean running() {
    return status == Status.RUNNING;
  }

  /** Our labels, if it bears this installation's. */
  public Optional<ContainerLabels> ownedBy(String installation) {
    return ContainerLabels.read(labels).filter(own -> own.installation().equals(installation));
  }
}

package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.convergence.decide.Seen;
import io.appserver.orchestrator.convergence.workload.Workload;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The containers of an app that are ours.
 *
 * @param condemned what a call without an answer may still befall: ids of containers, and names
 * @param volumes of apps of that name, on whatever node; read only where containers have any
 */
record AppContainers(List<ObservedContainer> owned, Set<String> condemned, List<DataVolume> volumes)
    implements Workload {

  /** As the engine told them. */
  static AppContainers of(List<ObservedContainer> owned) {
    return new AppContainers(owned, Set.of(), List.of());
  }

  /** All that a Docker engine has of an app are containers. */
  static AppContainers of(Workload workload) {
    return (AppContainers) workload;
  }

  @Override
  public List<Seen> instances() {
    return owned.stream().map(container -> Seen.of(container, isCondemned(container))).toList();
  }

  @Override
  public long fence() {
    return owned.stream()
        .map(container -> ContainerLabels.read(container.labels()))
        .flatMap(Optional::stream)
        .mapToLong(ContainerLabels::fence)
        .max()
        .orElse(0);
  }

  @Override
  public AppContainers ofOthersThan(AppId app) {
    List<ObservedContainer> others =
        owned.stream()
            .filter(container ->
                ContainerLabels.read(container.labels())
                    .filter(labels -> labels.appId().equals(app))
                    .isEmpty())
            .toList();
    return new AppContainers(others, condemned, volumes);
  }

  boolean haveVolumes() {
    return owned.stream().anyMatch(container -> !container.volumes().isEmpty());
  }

  /** Whether a call without an answer may still befall the container. */
  boolean isCondemned(ObservedContainer container) {
    return condemned.contains(container.id().value());
  }
}

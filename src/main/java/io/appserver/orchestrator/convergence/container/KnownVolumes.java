package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.util.List;
import java.util.stream.Stream;

/** The volumes of apps, as they are noted. */
final class KnownVolumes {

  private final Parts parts;

  KnownVolumes(Parts parts) {
    this.parts = parts;
  }

  /** No container of ours goes before it is noted which volumes it has. */
  void note(Run run, AppContainers containers) {
    List<DataVolume> news =
        containers.owned().stream()
            .flatMap(this::volumes)
            .filter(found -> containers.volumes().stream().noneMatch(known -> tells(known, found)))
            .toList();
    if (!news.isEmpty()) {
      parts.ledger().keep(run, () -> news.forEach(parts.volumes()::noteFound));
    }
  }

  private static boolean tells(DataVolume known, DataVolume found) {
    return known.is(found.node(), found.name()) && (known.used() || !found.used());
  }

  private Stream<DataVolume> volumes(ObservedContainer container) {
    return container.ownedBy(parts.identity().installation()).stream()
        .flatMap(
            labels -> container.volumes().stream().map(mount -> volume(container, labels, mount)));
  }

  private DataVolume volume(
      ObservedContainer container, ContainerLabels labels, VolumeMount mount) {
    boolean own = mount.volume().equals(parts.containers().volumeNameOf(labels.appName()));
    return DataVolume.of(
        parts.identity().node(),
        mount.volume(),
        labels.appId(),
        labels.appName(),
        mount.path(),
        own ? DataVolume.Origin.SETTING : DataVolume.Origin.IMAGE,
        container.startedAt().isPresent());
  }
}

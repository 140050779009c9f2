package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.DataVolume.Origin;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.VolumeMount;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The volumes of apps, as they are noted. */
@Singleton
final class KnownVolumes {

  /** How the engine names a volume for which nobody had a name. */
  private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

  private final Identity identity;
  private final Volumes volumes;
  private final RuntimeView view;
  private final JournaledCalls calls;
  private final Containers containers;
  private final DeploymentWriter writer;

  @Inject
  KnownVolumes(
      Identity identity,
      Volumes volumes,
      RuntimeView view,
      JournaledCalls calls,
      Containers containers,
      DeploymentWriter writer) {
    this.identity = identity;
    this.volumes = volumes;
    this.view = view;
    this.calls = calls;
    this.containers = containers;
    this.writer = writer;
  }

  /** Of apps of that name, on whatever node; none if none of the containers has any. */
  List<DataVolume> of(Run run, AppContainers found) {
    return found.haveVolumes() ? volumes.of(run.app()) : List.of();
  }

  /** No container of ours goes before it is noted which volumes it has. */
  void note(Run run, AppContainers containers) {
    List<DataVolume> news =
        containers.owned().stream()
            .flatMap(this::volumes)
            .filter(found -> containers.volumes().stream().noneMatch(known -> tells(known, found)))
            .toList();
    if (!news.isEmpty()) {
      writer.keep(run, () -> news.forEach(volumes::noteFound));
    }
  }

  private static boolean tells(DataVolume known, DataVolume found) {
    return known.is(found.node(), found.name()) && (known.used() || !found.used());
  }

  private Stream<DataVolume> volumes(ObservedContainer container) {
    return container.ownedBy(identity.installation()).stream()
        .flatMap(
            labels -> container.volumes().stream().map(mount -> volume(container, labels, mount)));
  }

  private DataVolume volume(
      ObservedContainer container, ContainerLabels labels, VolumeMount mount) {
    boolean own = mount.volume().equals(containers.volumeNameOf(labels.appName()));
    return DataVolume.of(
        identity.node(),
        mount.volume(),
        labels.appId(),
        labels.appName(),
        mount.path(),
        own ? Origin.SETTING : Origin.IMAGE,
        container.startedAt().isPresent());
  }

  /** Removes the volume if it is there; false if it is not ours to remove. */
  boolean remove(Run run, DataVolume volume) {
    Optional<Map<String, String>> labels = view.volume(volume.name());
    if (labels.isPresent() && !isOurs(run, volume, labels.get())) {
      return false;
    }
    if (labels.isPresent()) {
      calls.removeVolume(run, volume.name());
    }
    return true;
  }

  /** What the engine named itself bears no labels of ours; it is known from a container of ours. */
  private boolean isOurs(Run run, DataVolume volume, Map<String, String> labels) {
    boolean labelled =
        identity.installation().equals(labels.get(ContainerLabels.INSTALLATION))
            && run.app().value().equals(labels.get(ContainerLabels.APP_NAME));
    boolean anonymous =
        volume.origin() == Origin.IMAGE && ANONYMOUS.matcher(volume.name()).matches();
    return volume.origin() != Origin.FOREIGN && (labelled || anonymous);
  }
}

package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.DataVolume.Origin;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The volumes of one attempt to run an app: one for its setting, and one for each path that its
 * image declares a VOLUME. Each is noted before it is used, and the app's next container gets the
 * same one at the same path.
 */
final class Storage {

  private final Parts parts;
  private final Subject subject;
  private final Run run;
  private final List<String> mounted = new ArrayList<>();

  /** Those that were taken back. */
  private final List<String> undone = new ArrayList<>();

  /** Those of them in which no process ever was. */
  private final List<String> fresh = new ArrayList<>();

  Storage(Parts parts, Subject subject) {
    this.parts = parts;
    this.subject = subject;
    this.run = subject.run();
  }

  /**
   * Before anything is done: whether the data volume, if one is asked for, is the app's own.
   *
   * @throws DeploymentException with {@code volume_conflict} if another app's data is in it
   */
  void requireOwn(AppSettings settings) {
    if (settings.volumePath().isPresent()) {
      requireOwn(known());
    }
  }

  private void requireOwn(List<DataVolume> known) {
    String name = parts.containers().volumeNameOf(subject.app().name());
    Optional<DataVolume> row = find(known, name).or(() -> foundOfAnother(name));
    if (row.isEmpty() || row.get().appId().equals(subject.app().id())) {
      return;
    }
    throw new DeploymentException(
        FailureCode.VOLUME_CONFLICT,
        "the volume %s on node %s holds data of another app of that name (id %s); purge that data, or keep it for this one"
            .formatted(name, parts.identity().node(), row.get().appId()));
  }

  /**
   * One that is not in the table, but was made by an orchestrator for another app or installation.
   * What bears no labels of any orchestrator was put there for this app by hand.
   */
  private Optional<DataVolume> foundOfAnother(String name) {
    Optional<DataVolume> found =
        parts
            .view()
            .volume(name)
            .filter(labels -> !isOwn(labels))
            .map(labels -> labels.get(ContainerLabels.APP_ID))
            .flatMap(AppId::parse)
            .map(owner -> volume(name, owner, "", Origin.SETTING, true));
    found.ifPresent(volume -> parts.ledger().keep(run, () -> parts.volumes().noteFound(volume)));
    return found;
  }

  private boolean isOwn(Map<String, String> labels) {
    return subject.app().id().toString().equals(labels.get(ContainerLabels.APP_ID))
        && parts.identity().installation().equals(labels.get(ContainerLabels.INSTALLATION));
  }

  /**
   * What the app's next container is to have mounted, made if need be.
   *
   * @param before the containers that the app has, or whose place it is to take
   */
  List<VolumeMount> mounts(AppSettings settings, Image image, List<ObservedContainer> before) {
    Optional<String> own = settings.volumePath().map(path -> Path.of(path).normalize().toString());
    List<String> declared =
        image.volumes().stream().filter(path -> !own.equals(Optional.of(path))).toList();
    var mounts = new ArrayList<VolumeMount>();
    if (own.isEmpty() && declared.isEmpty()) {
      return mounts;
    }
    List<DataVolume> known = known();
    if (settings.volumePath().isPresent()) {
      requireOwn(known);
      String name = parts.containers().volumeNameOf(subject.app().name());
      mounts.add(ready(known, name, settings.volumePath().get(), Origin.SETTING));
    }
    for (String path : declared) {
      mounts.add(declared(known, path, before));
    }
    return mounts;
  }

  /**
   * The volume that the app's data at that path is in: the one that is noted, else the one that a
   * container of it has there, made by an orchestrator that did not note them or by hand.
   */
  private VolumeMount declared(
      List<DataVolume> known, String path, List<ObservedContainer> before) {
    Optional<String> noted =
        known.stream()
            .filter(volume -> volume.appId().equals(subject.app().id()))
            .filter(volume -> volume.origin() != Origin.SETTING && volume.path().equals(path))
            .map(DataVolume::name)
            .findFirst();
    if (noted.isPresent()) {
      return ready(known, noted.get(), path, Origin.IMAGE);
    }
    for (ObservedContainer container : newestFirst(before)) {
      Optional<VolumeMount> there =
          container.volumes().stream()
              .filter(mount -> mount.path().equals(path))
              .filter(mount -> find(known, mount.volume()).isEmpty())
              .findFirst();
      if (there.isPresent()) {
        boolean ours = container.ownedBy(parts.identity().installation()).isPresent();
        subject.note(
            "its data at %s is in the volume %s, which its next container gets"
                .formatted(path, there.get().volume()));
        return ready(known, there.get().volume(), path, ours ? Origin.IMAGE : Origin.FOREIGN);
      }
    }
    return ready(known, parts.containers().volumeNameOf(subject.app(), path), path, Origin.IMAGE);
  }

  private List<ObservedContainer> newestFirst(List<ObservedContainer> containers) {
    return containers.stream()
        .filter(container ->
            container
                .ownedBy(parts.identity().installation())
                .map(labels -> labels.appId().equals(subject.app().id()))
                .orElse(true))
        .sorted(Comparator.comparingInt(Storage::generation).reversed())
        .toList();
  }

  private static int generation(ObservedContainer container) {
    return ContainerLabels.read(container.labels()).map(ContainerLabels::generation).orElse(0);
  }

  /** Notes the volume, and makes it unless it is there. */
  private VolumeMount ready(List<DataVolume> known, String name, String path, Origin origin) {
    run.checkpoint();
    subject.store();
    Optional<DataVolume> row = find(known, name);
    boolean used = row.map(DataVolume::used).orElseGet(() -> parts.view().volume(name).isPresent());
    DataVolume volume = volume(name, subject.app().id(), path, origin, used);
    parts.ledger().keep(run, () -> parts.volumes().note(volume));
    boolean made = parts.containers().ensureVolume(run, subject.app(), name);
    if (made && used) {
      subject.note("the volume %s is gone, with what was in it; it is made anew".formatted(name));
    }
    if (!made && !used && row.isEmpty()) { // somebody made it meanwhile
      parts.ledger().keep(run, () -> parts.volumes().markUsed(node(), List.of(name), true));
    } else if (!used) {
      fresh.add(name);
    }
    mounted.add(name);
    return new VolumeMount(name, path);
  }

  /** From now on a process may write to them. */
  void starting() {
    mark(true);
  }

  /** The start went wrong: only one without an answer may have begun. */
  void notStarted(DeploymentException e) {
    if (!(e instanceof UnansweredCallException)) {
      mark(false);
    } else {
      fresh.clear();
    }
  }

  private void mark(boolean used) {
    if (!fresh.isEmpty()) {
      parts.ledger().keep(run, () -> parts.volumes().markUsed(node(), fresh, used));
    }
  }

  /** Removes what no process ever had; what stays is where the app's data is. */
  void undo() {
    for (DataVolume volume : known()) {
      boolean own = volume.appId().equals(subject.app().id());
      if (own && !volume.used() && volume.origin() != Origin.FOREIGN) {
        run.checkpoint();
        parts.acts().removeVolume(run, volume.name());
        parts.ledger().keep(run, () -> parts.volumes().forget(node(), volume.name()));
        mounted.remove(volume.name());
        undone.add(volume.name());
      } else if (own) {
        mounted.add(volume.name());
      }
    }
    fresh.clear();
  }

  /** Writes into the row which volume the app has on its node. */
  void remember(Deployment deployment) {
    Optional<String> one =
        Stream.of(parts.containers().volumeNameOf(subject.app().name()))
            .filter(mounted::contains)
            .findFirst()
            .or(() -> mounted.stream().findFirst());
    if (deployment.volume().filter(undone::contains).isPresent()) {
      deployment.forgetVolume();
    }
    one.ifPresent(deployment::hasVolume);
  }

  private List<DataVolume> known() {
    return parts.volumes().of(subject.app().name()).stream()
        .filter(volume -> volume.node().equals(node()))
        .toList();
  }

  private Optional<DataVolume> find(List<DataVolume> known, String name) {
    return known.stream().filter(volume -> volume.is(node(), name)).findFirst();
  }

  private DataVolume volume(String name, AppId owner, String path, Origin origin, boolean used) {
    return DataVolume.of(node(), name, owner, subject.app().name(), path, origin, used);
  }

  private String node() {
    return parts.identity().node();
  }
}

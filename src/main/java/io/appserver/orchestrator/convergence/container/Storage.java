package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.DataVolume.Origin;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.VolumeMount;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The volumes of one attempt to run an app: one for its setting, and one for each path that its
 * image declares a VOLUME. Each is noted before it is used, and the app's next container gets the
 * same one at the same path.
 */
@Singleton
final class Storage {

  private final Identity identity;
  private final Volumes volumes;
  private final RuntimeView view;
  private final JournaledCalls calls;
  private final Containers containers;
  private final DeploymentWriter writer;

  @Inject
  Storage(
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

  /**
   * Before anything is done: whether the data volume, if one is asked for, is the app's own.
   *
   * @throws DeploymentException with {@code volume_conflict} if another app's data is in it
   */
  void requireOwn(Attempt attempt, AppSettings settings) {
    if (settings.volumePath().isPresent()) {
      requireOwn(attempt.subject(), known(attempt));
    }
  }

  private void requireOwn(Subject subject, List<DataVolume> known) {
    String name = containers.volumeNameOf(subject.app().name());
    Optional<DataVolume> row = find(known, name).or(() -> foundOfAnother(subject, name));
    if (row.isEmpty() || row.get().appId().equals(subject.app().id())) {
      return;
    }
    throw new DeploymentException(
        FailureCode.VOLUME_CONFLICT,
        "the volume %s on node %s holds data of another app of that name (id %s); purge that data, or keep it for this one"
            .formatted(name, node(), row.get().appId()));
  }

  /**
   * One that is not in the table, but was made by an orchestrator for another app or installation.
   * What bears no labels of any orchestrator was put there for this app by hand.
   */
  private Optional<DataVolume> foundOfAnother(Subject subject, String name) {
    Optional<DataVolume> found =
        view.volume(name)
            .filter(labels -> !isOwn(subject, labels))
            .map(labels -> labels.get(ContainerLabels.APP_ID))
            .flatMap(AppId::parse)
            .map(owner -> volume(subject, name, owner, "", Origin.SETTING, true));
    found.ifPresent(volume -> writer.keep(subject.run(), () -> volumes.noteFound(volume)));
    return found;
  }

  private boolean isOwn(Subject subject, Map<String, String> labels) {
    return subject.app().id().toString().equals(labels.get(ContainerLabels.APP_ID))
        && identity.installation().equals(labels.get(ContainerLabels.INSTALLATION));
  }

  /**
   * What the app's next container is to have mounted, made if need be.
   *
   * @param before the containers that the app has, or whose place it is to take
   */
  List<VolumeMount> mounts(Attempt attempt, Image image, List<ObservedContainer> before) {
    AppSettings settings = attempt.spec().orElseThrow().settings();
    Optional<String> own = settings.volumePath().map(path -> Path.of(path).normalize().toString());
    List<String> declared =
        image.volumes().stream().filter(path -> !own.equals(Optional.of(path))).toList();
    var mounts = new ArrayList<VolumeMount>();
    if (own.isEmpty() && declared.isEmpty()) {
      return mounts;
    }
    List<DataVolume> known = known(attempt);
    if (settings.volumePath().isPresent()) {
      requireOwn(attempt.subject(), known);
      String name = containers.volumeNameOf(attempt.subject().app().name());
      mounts.add(ready(attempt, known, name, settings.volumePath().get(), Origin.SETTING));
    }
    for (String path : declared) {
      mounts.add(declared(attempt, known, path, before));
    }
    return mounts;
  }

  /**
   * The volume that the app's data at that path is in: the one that is noted, else the one that a
   * container of it has there, made by an orchestrator that did not note them or by hand.
   */
  private VolumeMount declared(
      Attempt attempt, List<DataVolume> known, String path, List<ObservedContainer> before) {
    Subject subject = attempt.subject();
    Optional<String> noted =
        known.stream()
            .filter(volume -> volume.appId().equals(subject.app().id()))
            .filter(volume -> volume.origin() != Origin.SETTING && volume.path().equals(path))
            .map(DataVolume::name)
            .findFirst();
    if (noted.isPresent()) {
      return ready(attempt, known, noted.get(), path, Origin.IMAGE);
    }
    for (ObservedContainer container : newestFirst(subject, before)) {
      Optional<VolumeMount> there =
          container.volumes().stream()
              .filter(mount -> mount.path().equals(path))
              .filter(mount -> find(known, mount.volume()).isEmpty())
              .findFirst();
      if (there.isPresent()) {
        boolean ours = container.ownedBy(identity.installation()).isPresent();
        subject.note(
            "its data at %s is in the volume %s, which its next container gets"
                .formatted(path, there.get().volume()));
        return ready(
            attempt, known, there.get().volume(), path, ours ? Origin.IMAGE : Origin.FOREIGN);
      }
    }
    return ready(attempt, known, containers.volumeNameOf(subject.app(), path), path, Origin.IMAGE);
  }

  private List<ObservedContainer> newestFirst(Subject subject, List<ObservedContainer> before) {
    return before.stream()
        .filter(container ->
            container
                .ownedBy(identity.installation())
                .map(labels -> labels.appId().equals(subject.app().id()))
                .orElse(true))
        .sorted(Comparator.comparingInt(Storage::generation).reversed())
        .toList();
  }

  private static int generation(ObservedContainer container) {
    return ContainerLabels.read(container.labels()).map(ContainerLabels::generation).orElse(0);
  }

  /** Notes the volume, and makes it unless it is there. */
  private VolumeMount ready(
      Attempt attempt, List<DataVolume> known, String name, String path, Origin origin) {
    Subject subject = attempt.subject();
    Run run = subject.run();
    run.checkpoint();
    subject.store();
    Optional<DataVolume> row = find(known, name);
    boolean used = row.map(DataVolume::used).orElseGet(() -> view.volume(name).isPresent());
    DataVolume volume = volume(subject, name, subject.app().id(), path, origin, used);
    writer.keep(run, () -> volumes.note(volume));
    boolean made = containers.ensureVolume(run, subject.app(), name);
    if (made && used) {
      subject.note("the volume %s is gone, with what was in it; it is made anew".formatted(name));
    }
    if (!made && !used && row.isEmpty()) { // somebody made it meanwhile
      writer.keep(run, () -> volumes.markUsed(node(), List.of(name), true));
      attempt.volumes().mount(name, false);
    } else {
      attempt.volumes().mount(name, !used);
    }
    return new VolumeMount(name, path);
  }

  /** From now on a process may write to them. */
  void starting(Attempt attempt) {
    mark(attempt, true);
  }

  /** The start went wrong: only one without an answer may have begun. */
  void notStarted(Attempt attempt, DeploymentException e) {
    if (!(e instanceof UnansweredCallException)) {
      mark(attempt, false);
    } else {
      attempt.volumes().noneIsFresh();
    }
  }

  private void mark(Attempt attempt, boolean used) {
    List<String> fresh = attempt.volumes().fresh();
    if (!fresh.isEmpty()) {
      writer.keep(attempt.run(), () -> volumes.markUsed(node(), fresh, used));
    }
  }

  /** Removes what no process ever had; what stays is where the app's data is. */
  void undo(Attempt attempt) {
    Subject subject = attempt.subject();
    Run run = subject.run();
    for (DataVolume volume : known(attempt)) {
      boolean own = volume.appId().equals(subject.app().id());
      if (own && !volume.used() && volume.origin() != Origin.FOREIGN) {
        run.checkpoint();
        calls.removeVolume(run, volume.name());
        writer.keep(run, () -> volumes.forget(node(), volume.name()));
        attempt.volumes().undo(volume.name());
      } else if (own) {
        attempt.volumes().stays(volume.name());
      }
    }
    attempt.volumes().noneIsFresh();
  }

  /** Writes into the row which volume the app has on its node. */
  void remember(Attempt attempt, Deployment deployment) {
    String own = containers.volumeNameOf(attempt.subject().app().name());
    attempt.volumes().rememberIn(deployment, own);
  }

  private List<DataVolume> known(Attempt attempt) {
    return volumes.of(attempt.subject().app().name()).stream()
        .filter(volume -> volume.node().equals(node()))
        .toList();
  }

  private Optional<DataVolume> find(List<DataVolume> known, String name) {
    return known.stream().filter(volume -> volume.is(node(), name)).findFirst();
  }

  private DataVolume volume(
      Subject subject, String name, AppId owner, String path, Origin origin, boolean used) {
    return DataVolume.of(node(), name, owner, subject.app().name(), path, origin, used);
  }

  private String node() {
    return identity.node();
  }
}

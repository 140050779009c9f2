package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.app.Dependency;
import io.appserver.orchestrator.convergence.decide.Course;
import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** The steps by which another container of an app comes to run. */
@Singleton
final class BringUp {

  private final Dependencies dependencies;
  private final Storage storage;
  private final NewContainer newContainer;
  private final Replacement replacement;
  private final HealthWait healthWait;
  private final Containers containers;

  @Inject
  BringUp(
      Dependencies dependencies,
      Storage storage,
      NewContainer newContainer,
      Replacement replacement,
      HealthWait healthWait,
      Containers containers) {
    this.dependencies = dependencies;
    this.storage = storage;
    this.newContainer = newContainer;
    this.replacement = replacement;
    this.healthWait = healthWait;
    this.containers = containers;
  }

  /**
   * The image, pulled if need be. An update waits for nobody: what it is to replace may run, and
   * does so meanwhile.
   *
   * @param needed what the app depends on
   */
  Image image(Attempt attempt, Course.Make make, List<Dependency> needed) {
    Subject subject = attempt.subject();
    Spec spec = attempt.spec().orElseThrow();
    if (subject.row().isAnother(spec.hash())
        && subject.deployment().updates().failed(spec.hash())) {
      attempt.triesOthersThanBefore(); // kept with whatever is written next
    }
    boolean update = isUpdate(attempt, make);
    if (!update) {
      dependencies.requireHealthy(
          subject.run(), subject.app(), needed, ContainerControl.CAPABILITIES);
    }
    storage.requireOwn(attempt, spec.settings());
    Optional<ContainerId> standIn =
        update && !attempt.replacing() ? make.recorded() : Optional.empty();
    return newContainer.image(attempt, standIn, make.forgets());
  }

  private static boolean isUpdate(Attempt attempt, Course.Make make) {
    return attempt.replacing()
        || (make.recorded().isPresent() && attempt.deployment().containers().areProven());
  }

  List<VolumeMount> volumes(Attempt attempt, Image image) {
    return storage.mounts(attempt, image, newContainer.before(attempt, image));
  }

  /**
   * Stops the container that is to be replaced and keeps it; all others go. They go first: one that
   * an earlier update left behind has the name under which this one is to be kept.
   */
  void makeRoom(Attempt attempt, Course.Make make) {
    Optional<ObservedContainer> replaced =
        isUpdate(attempt, make)
            ? replacement.toReplace(attempt, make.recorded())
            : Optional.empty();
    List<ObservedContainer> others =
        attempt.withoutPrevious(attempt.seen().owned()).stream()
            .filter(container -> !replaced.equals(Optional.of(container)))
            .toList();
    if (!others.isEmpty()) {
      attempt.subject().store();
      containers.removeAll(attempt.run(), others);
    }
    replaced.ifPresent(container -> replacement.setAside(attempt, container));
  }

  ContainerId create(Attempt attempt, Image image, List<VolumeMount> volumes) {
    newContainer.network(attempt.subject());
    return newContainer.create(attempt, image, volumes);
  }

  void start(Attempt attempt, ContainerId made) {
    newContainer.start(attempt, made);
  }

  Outcome awaitHealthy(Attempt attempt, ContainerId made, Image image) {
    Subject subject = attempt.subject();
    Spec spec = attempt.spec().orElseThrow();
    return healthWait.of(subject, made, spec.check(subject.app().name(), image), spec);
  }
}

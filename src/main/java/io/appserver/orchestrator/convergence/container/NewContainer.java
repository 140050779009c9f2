package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.VolumeMount;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes another container for an app: image, volumes, network, container, start. */
@Singleton
final class NewContainer {

  private final Settings settings;
  private final Identity identity;
  private final RuntimeView view;
  private final JournaledCalls calls;
  private final Containers containers;
  private final Storage storage;

  @Inject
  NewContainer(
      Settings settings,
      Identity identity,
      RuntimeView view,
      JournaledCalls calls,
      Containers containers,
      Storage storage) {
    this.settings = settings;
    this.identity = identity;
    this.view = view;
    this.calls = calls;
    this.containers = containers;
    this.storage = storage;
  }

  /**
   * The recorded image while it fits and is there, and no container was made of it that is to be
   * replaced; else what the tag means now.
   *
   * @param standIn is kept running while the image is pulled
   * @param anew whether the app's container is given up
   */
  Image image(Attempt attempt, Optional<ContainerId> standIn, boolean anew) {
    Subject subject = attempt.subject();
    subject.run().checkpoint();
    ImageReference reference = attempt.spec().orElseThrow().image(subject.app().name(), settings);
    Deployment deployment = subject.deployment();
    Optional<Image> recorded =
        deployment
            .image()
            .id()
            .filter(id -> deployment.image().reference().equals(Optional.of(reference.toString())))
            .filter(id ->
                attempt.seen().owned().stream()
                    .noneMatch(c -> deployment.containers().id().equals(Optional.of(c.id()))))
            .filter(id ->
                deployment.containers().wantedGeneration() <= deployment.containers().generation())
            .flatMap(view::image);
    Image image = recorded.orElseGet(() -> pull(subject, reference, standIn, anew));
    subject.later(
        "image %s is %s".formatted(reference, image.id()),
        d -> d.creating(reference.toString(), image.id(), image.digest()));
    return image;
  }

  /**
   * What a look that is broken off knew and the next could not find out is written into the row. A
   * look that joins a pull has nothing to add.
   */
  private Image pull(
      Subject subject, ImageReference reference, Optional<ContainerId> standIn, boolean anew) {
    boolean joins = calls.isPulling(subject.run(), reference);
    if (!joins || subject.deployment().state() != DeploymentState.PULLING) {
      subject.write(
          "pulling " + reference,
          d -> {
            d.pulling();
            if (anew) {
              d.forgetContainer();
              d.forgetImage();
            }
          });
    }
    return calls.pull(
        subject.run(),
        reference,
        standIn.map(id -> new PreviousVersion(view, calls, containers, subject, id)));
  }

  /** Makes the network that it is to be in, unless that is there. */
  void network(Subject subject) {
    String name = settings.containers().networkName();
    if (view.isNetworkKnown(name)) {
      return;
    }
    subject.store();
    calls.ensureNetwork(
        subject.run(), name, Map.of(ContainerLabels.INSTALLATION, identity.installation()));
  }

  /** Whose data a new container may get: the app's own, and what is to be adopted. */
  List<ObservedContainer> before(Attempt attempt, Image image) {
    List<ObservedContainer> owned = attempt.seen().owned();
    return image.volumes().isEmpty()
        ? owned
        : Stream.concat(
                owned.stream(), containers.toBeAdopted(attempt.subject().app().name()).stream())
            .toList();
  }

  /** Makes the container. */
  ContainerId create(Attempt attempt, Image image, List<VolumeMount> volumes) {
    Subject subject = attempt.subject();
    Spec spec = attempt.spec().orElseThrow();
    subject.run().checkpoint();
    int generation = subject.deployment().containers().generation() + 1;
    ContainerId id =
        containers.create(
            subject.run(), subject.app(), spec, generation, image, volumes, subject::storeWith);
    subject.later(
        "container %s made".formatted(id.abbreviated()),
        d -> {
          d.created(id, spec.hash(), generation);
          storage.remember(attempt, d);
        });
    return id;
  }

  /** Starts it. */
  void start(Attempt attempt, ContainerId id) {
    Subject subject = attempt.subject();
    Instant now = subject.now();
    subject.later("starting container " + id.abbreviated(), d -> d.starting(now));
    storage.starting(attempt);
    try {
      calls.start(subject.run(), id, subject::storeWith);
    } catch (DeploymentException e) {
      storage.notStarted(attempt, e);
      throw e;
    }
    subject.begun(subject.now());
  }
}

package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.engine.StandIn;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes another container for an app: image, volumes, network, container, start. */
final class NewContainer {

  private final Parts parts;
  private final Subject subject;
  private final Run run;
  private final Storage storage;

  NewContainer(Parts parts, Subject subject, Storage storage) {
    this.parts = parts;
    this.subject = subject;
    this.run = subject.run();
    this.storage = storage;
  }

  /**
   * The recorded image while it fits and is there, and no container was made of it that is to be
   * replaced; else what the tag means now.
   *
   * @param standIn is kept running while the image is pulled
   * @param anew whether the app's container is given up
   */
  Image image(
      Spec spec, List<ObservedContainer> owned, Optional<ObservedContainer> standIn, boolean anew) {
    run.checkpoint();
    ImageReference reference = spec.image(subject.app().name(), parts.settings());
    Deployment deployment = subject.deployment();
    Optional<Image> recorded =
        deployment
            .image()
            .id()
            .filter(id -> deployment.image().reference().equals(Optional.of(reference.toString())))
            .filter(id ->
                owned.stream()
                    .noneMatch(c -> deployment.containers().id().equals(Optional.of(c.id()))))
            .filter(id ->
                deployment.containers().wantedGeneration() <= deployment.containers().generation())
            .flatMap(parts.view()::image);
    Image image = recorded.orElseGet(() -> pull(reference, standIn, anew));
    subject.later(
        "image %s is %s".formatted(reference, image.id()),
        d -> d.creating(reference.toString(), image.id(), image.digest()));
    return image;
  }

  /**
   * What a look that is broken off knew and the next could not find out is written into the row. A
   * look that joins a pull has nothing to add.
   */
  private Image pull(ImageReference reference, Optional<ObservedContainer> standIn, boolean anew) {
    boolean joins = parts.acts().isPulling(run, reference);
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
    return parts.acts().pull(run, reference, standIn.map(this::keeper));
  }

  private StandIn keeper(ObservedContainer container) {
    return new PreviousVersion(parts, subject, container.id());
  }

  private void network() {
    run.checkpoint();
    if (parts.view().isNetworkKnown(parts.settings().containers().networkName())) {
      return;
    }
    subject.store();
    parts
        .acts()
        .ensureNetwork(
            run,
            parts.settings().containers().networkName(),
            Map.of(ContainerLabels.INSTALLATION, parts.identity().installation()));
  }

  /** Makes a container of that and starts it. */
  ContainerId start(Spec spec, Image image, List<VolumeMount> volumes) {
    network();
    ContainerId id = container(spec, image, volumes);
    start(id);
    return id;
  }

  /** Whose data a new container may get: the app's own, and what is to be adopted. */
  List<ObservedContainer> before(Image image, List<ObservedContainer> owned) {
    return image.volumes().isEmpty()
        ? owned
        : Stream.concat(
                owned.stream(), parts.containers().toBeAdopted(subject.app().name()).stream())
            .toList();
  }

  private ContainerId container(Spec spec, Image image, List<VolumeMount> volumes) {
    run.checkpoint();
    int generation = subject.deployment().containers().generation() + 1;
    ContainerId id =
        parts
            .containers()
            .create(run, subject.app(), spec, generation, image, volumes, subject::storeWith);
    subject.later(
        "container %s made".formatted(id.abbreviated()),
        d -> {
          d.created(id, spec.hash(), generation);
          storage.remember(d);
        });
    return id;
  }

  private void start(ContainerId id) {
    run.checkpoint();
    Instant now = parts.clock().instant();
    subject.later("starting container " + id.abbreviated(), d -> d.starting(now));
    storage.starting();
    try {
      parts.acts().start(run, id, subject::storeWith);
    } catch (DeploymentException e) {
      storage.notStarted(e);
      throw e;
    }
    subject.begun(parts.clock().instant());
  }
}

package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Call;
import io.appserver.orchestrator.convergence.decide.Due;
import io.appserver.orchestrator.convergence.engine.StandIn;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * An app that should run: settings, dependencies, image, volumes, network, container, start,
 * healthy. Each step finds out whether it is done already, so the whole may be begun again at any
 * point.
 */
final class Installation {

  private static final Logger LOG = Logger.getLogger(Installation.class.getName());

  private final Parts parts;
  private final Subject subject;
  private final Run run;
  private final KeepRunning keepRunning;
  private final Storage storage;
  private final FailureHandling failureHandling;
  private final Reasons reasons;

  /** Whether the app is to be asked otherwise than before whether it is well. */
  private boolean askedAnew;

  private boolean begunAnew;

  /** What was given up or held is made anew, and its container is not started again. */
  private boolean forgetsContainer;

  /** Until when what runs is kept, because what is to follow it waits for its next try. */
  private Optional<Instant> updateDue = Optional.empty();

  /** The version before, which is to run while its successor's image is pulled. */
  private Optional<ObservedContainer> standIn = Optional.empty();

  Installation(Parts parts, Subject subject) {
    this.parts = parts;
    this.subject = subject;
    this.run = subject.run();
    this.keepRunning = new KeepRunning(parts, subject);
    this.storage = new Storage(parts, subject);
    this.failureHandling = new FailureHandling(parts, subject, storage);
    this.reasons = new Reasons(parts, subject);
  }

  Outcome install() {
    String specHash = "";
    try {
      SettingsRead read = read();
      if (read instanceof SettingsRead.Invalid invalid) {
        return wrong(invalid);
      }
      Spec spec = read.valid().orElseThrow();
      specHash = spec.hash();
      failureHandling.asksBy(spec);
      noteRedeploy();
      askedAnew = noteHealthSettings(spec);
      Optional<Outcome> rest = restIfNotDue(due(specHash));
      if (rest.isPresent()) {
        return failureHandling.cleared(rest.get());
      }
      updateDue = due(specHash).keptUntil();
      List<ObservedContainer> owned = parts.containers().owned(run);
      Optional<ObservedContainer> recorded = recorded(owned, specHash);
      forgetsContainer &= recorded.isEmpty();
      if (recorded.isPresent() && isWanted(recorded.get(), specHash)) {
        updateDue = Optional.empty();
        forgetOthers(specHash);
      }
      if (recorded.isPresent() && (updateDue.isPresent() || isWanted(recorded.get(), specHash))) {
        parts.containers().trust(run, recorded.get());
        putRight(recorded.get());
        try {
          return failureHandling.cleared(kept(recorded.get(), spec));
        } catch (UnusableContainerException e) {
          keepRunning.makeAnew(e.failure());
          recorded = Optional.empty();
        }
      }
      keepRunning.noteMissing(owned);
      failureHandling.tries(specHash);
      boolean update =
          failureHandling.replacing()
              || (recorded.isPresent() && subject.deployment().containers().areProven());
      if (!update) {
        parts.dependencies().requireHealthy(run, subject.app());
      }
      storage.requireOwn(spec.settings());
      if (update && !failureHandling.replacing()) {
        standIn = recorded;
      }
      Image image = image(spec, owned);
      List<VolumeMount> volumes = storage.mounts(spec.settings(), image, before(image, owned));
      if (update) {
        failureHandling.toReplace(recorded, owned).ifPresent(failureHandling::replace);
      }
      parts.containers().removeAll(run, failureHandling.withoutPrevious(owned));
      network();
      ContainerId container = container(spec, image, volumes);
      start(container);
      return failureHandling.cleared(keepRunning.awaitHealthy(container, spec, image));
    } catch (UnansweredCallException e) {
      return failureHandling.ofUnanswered(e.failure());
    } catch (DeploymentException e) {
      return failureHandling.of(e.failure(), specHash);
    } catch (IllegalStateException
        | IllegalArgumentException
        | NullPointerException
        | StackOverflowError
        | LinkageError
        | AssertionError e) {
      LOG.log(Level.SEVERE, e, () -> "app_name=%s a fault of ours".formatted(run.app()));
      return failureHandling.of(
          Failure.of(FailureCode.INTERNAL_ERROR, "a fault of the orchestrator: " + e), specHash);
    }
  }

  /**
   * Whether the app is to be asked in another way than before whether it is well. What failed keeps
   * the note of it together with its new beginning.
   */
  private boolean noteHealthSettings(Spec spec) {
    String now = spec.healthHash();
    boolean changed =
        subject.deployment().health().hash().filter(before -> !before.equals(now)).isPresent();
    if (changed && subject.deployment().state() != DeploymentState.FAILED) {
      subject.write("its health settings changed", d -> d.asksBy(now));
    } else {
      subject.deployment().asksBy(now);
    }
    return changed;
  }

  /** What somebody wrote into the row of an app that runs as it should. */
  private void putRight(ObservedContainer container) {
    Deployment deployment = subject.deployment();
    Optional<String> made =
        container.ownedBy(parts.identity().installation()).map(ContainerLabels::specHash);
    boolean odd =
        deployment.changedByHand()
            || deployment.containers().previousId().isPresent()
            || !deployment.containers().specHash().equals(made);
    if (deployment.state() == DeploymentState.HEALTHY && odd) {
      subject.write(
          "its row is put right",
          d -> {
            made.ifPresent(d.containers()::tried);
            d.containers().forgetPrevious();
          });
    }
  }

  /** Kept, because the pull it begins with may take several tries. */
  private void noteRedeploy() {
    Deployment deployment = subject.deployment();
    if (run.claim().causedBy(Cause.REDEPLOY)
        && deployment.containers().wantedGeneration() <= deployment.containers().generation()) {
      subject.write("to be deployed anew", Deployment::redeploy);
    }
  }

  private SettingsRead read() {
    SettingsRead read =
        SettingsRead.of(
            parts.catalog().settings(subject.app().id()),
            subject.row().hadSettings(Spec.HASH_OF_NONE),
            parts.catalog()::settingsDoubt);
    if (read instanceof SettingsRead.Doubted(String words)) {
      throw new PlatformUnavailableException(words, null);
    }
    return read;
  }

  private Outcome wrong(SettingsRead.Invalid invalid) {
    Failure failure =
        Failure.of(
            FailureCode.INVALID_SETTING,
            "a setting of %s is wrong: %s".formatted(subject.app().name(), invalid.words()));
    return new WrongSettings(parts, subject, keepRunning, failureHandling)
        .asBefore(failure)
        .orElseGet(() -> failureHandling.of(failure, ""));
  }

  private Call call() {
    Claim claim = run.claim();
    boolean restart = claim.causedBy(Cause.RESTART) && !Cause.renew(claim.causes(), Cause.RESTART);
    return new Call(claim.renews(), claim.endsPause(), restart, askedAnew);
  }

  private Due due(String specHash) {
    return new Due(subject.row(), call(), specHash, parts.clock().instant());
  }

  /**
   * What failed rests until it is woken; what pauses between tries rests until its time has come.
   */
  private Optional<Outcome> restIfNotDue(Due due) {
    if (due.isOver()) {
      return Optional.of(Outcome.failed(reasons.lastFailure()));
    }
    if (subject.deployment().state() == DeploymentState.FAILED) {
      subject.write(
          "tried anew",
          d -> {
            d.pending();
            d.renew();
          });
      begunAnew = true;
      return Optional.empty();
    }
    return due.pause().map(pause -> Outcome.waiting(reasons.lastFailure(), pause));
  }

  private Outcome kept(ObservedContainer container, Spec spec) {
    if (updateDue.isEmpty()) {
      return reasons.updateIsRefused(keepRunning.keep(keepRunning.undone(container), spec));
    }
    keepRunning.updateWaits();
    try {
      Outcome kept = keepRunning.keep(keepRunning.undone(container), spec);
      return kept.result() instanceof Look.Result.Running
          ? reasons.updateWaits(updateDue.get())
          : kept;
    } catch (UnusableContainerException | UnansweredCallException e) {
      throw e;
    } catch (DeploymentException e) {
      boolean runsOn =
          subject.deployment().state() == DeploymentState.HEALTHY
              && container.running()
              && !e.code().isWithoutAnswer();
      if (runsOn) {
        LOG.log(
            Level.WARNING,
            e,
            () -> "app_name=%s runs on, and cannot be looked at as it should".formatted(run.app()));
        return reasons.updateWaits(updateDue.get());
      }
      return failureHandling.ofKept(e.failure());
    }
  }

  /** What runs is what is wanted: what was tried in its place is not wanted any more. */
  private void forgetOthers(String specHash) {
    Deployment deployment = subject.deployment();
    boolean told = deployment.updates().areUnderWay() || subject.row().keptForOthersThan(specHash);
    if (told && deployment.state() == DeploymentState.HEALTHY) {
      Instant since = deployment.health().healthySince().orElseGet(parts.clock()::instant);
      subject.write(
          "its update is not wanted any more",
          d -> {
            d.updates().forgetOthersThan(specHash);
            d.healthy(since);
          });
    } else {
      deployment.updates().forgetOthersThan(specHash); // with whatever is written next
    }
  }

  /**
   * The container this deployment recorded. One that is to be distrusted only where the present
   * settings do not make another of its version: the version is worth more.
   */
  private Optional<ObservedContainer> recorded(List<ObservedContainer> owned, String specHash) {
    boolean stoppedUnproven =
        Holding.isHeld(subject.deployment()) && !subject.deployment().containers().proven();
    boolean anew = begunAnew || stoppedUnproven;
    forgetsContainer = anew;
    return owned.stream()
        .filter(c -> subject.deployment().containers().id().equals(Optional.of(c.id().value())))
        .filter(c ->
            updateDue.isPresent() || !isOf(specHash, c) || !parts.containers().condemned(run, c))
        .filter(c -> usable(c) && (c.running() || !anew))
        .findFirst();
  }

  private boolean isOf(String specHash, ObservedContainer container) {
    return container
        .ownedBy(parts.identity().installation())
        .filter(labels -> labels.specHash().equals(specHash))
        .isPresent();
  }

  /** What is half gone cannot be started: it is replaced. */
  static boolean usable(ObservedContainer container) {
    return switch (container.status()) {
      case CREATED, RUNNING, RESTARTING, EXITED, PAUSED -> true;
      case REMOVING, DEAD -> false;
    };
  }

  private boolean isWanted(ObservedContainer container, String specHash) {
    return container
        .ownedBy(parts.identity().installation())
        .filter(due(specHash)::isServedBy)
        .isPresent();
  }

  /**
   * The recorded image while it fits and is there, and no container was made of it that is to be
   * replaced; else what the tag means now.
   */
  private Image image(Spec spec, List<ObservedContainer> owned) {
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
                    .noneMatch(
                        c -> deployment.containers().id().equals(Optional.of(c.id().value()))))
            .filter(id ->
                deployment.containers().wantedGeneration() <= deployment.containers().generation())
            .flatMap(parts.view()::image);
    Image image = recorded.orElseGet(() -> pull(reference));
    subject.write(
        "image %s is %s".formatted(reference, image.id()),
        d -> d.creating(reference.toString(), image.id(), image.digest()));
    return image;
  }

  /**
   * What a look that is broken off knew and the next could not find out is written into the row. A
   * look that joins a pull has nothing to add.
   */
  private Image pull(ImageReference reference) {
    boolean joins = parts.acts().isPulling(run, reference);
    if (!joins || subject.deployment().state() != DeploymentState.PULLING) {
      subject.write(
          "pulling " + reference,
          d -> {
            d.pulling();
            if (forgetsContainer) {
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
    parts
        .acts()
        .ensureNetwork(
            run,
            parts.settings().containers().networkName(),
            Map.of(ContainerLabels.INSTALLATION, parts.identity().installation()));
  }

  /** Whose data a new container may get: the app's own, and what is to be adopted. */
  private List<ObservedContainer> before(Image image, List<ObservedContainer> owned) {
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
        parts.containers().create(run, subject.app(), spec, generation, image, volumes);
    subject.write(
        "container %s made".formatted(id.abbreviated()),
        d -> {
          d.created(id.value(), spec.hash(), generation);
          storage.remember(d);
        });
    return id;
  }

  private void start(ContainerId id) {
    run.checkpoint();
    Instant now = parts.clock().instant();
    subject.write("starting container " + id.abbreviated(), d -> d.starting(now));
    storage.starting();
    try {
      parts.acts().start(run, id);
    } catch (DeploymentException e) {
      storage.notStarted(e);
      throw e;
    }
    subject.begun(parts.clock().instant());
  }
}

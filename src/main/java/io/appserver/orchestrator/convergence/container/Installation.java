package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppDetails;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Call;
import io.appserver.orchestrator.convergence.decide.Due;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

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
  private final Gathered seen;
  private final AppContainers containers;
  private final KeepRunning keepRunning;
  private final Storage storage;
  private final NewContainer newContainer;
  private final RowUpkeep upkeep;
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

  Installation(Parts parts, Subject subject, Gathered seen) {
    this.parts = parts;
    this.subject = subject;
    this.run = subject.run();
    this.keepRunning = new KeepRunning(parts, subject);
    this.storage = new Storage(parts, subject);
    this.newContainer = new NewContainer(parts, subject, storage);
    this.upkeep = new RowUpkeep(parts, subject);
    this.failureHandling =
        new FailureHandling(parts, subject, storage, AppContainers.of(seen.workload()));
    this.seen = seen;
    this.containers = AppContainers.of(seen.workload());
    this.reasons = new Reasons(parts, subject);
  }

  Outcome install() {
    List<ObservedContainer> owned = containers.owned();
    AppDetails details = seen.knownDetails();
    String specHash = "";
    try {
      SettingsRead read = read(details);
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
      Optional<ObservedContainer> recorded = recorded(specHash);
      forgetsContainer &= recorded.isEmpty();
      if (recorded.isPresent() && isWanted(recorded.get(), specHash)) {
        updateDue = Optional.empty();
        upkeep.forgetOthers(specHash);
      }
      if (recorded.isPresent() && (updateDue.isPresent() || isWanted(recorded.get(), specHash))) {
        if (containers.isCondemned(recorded.get())) {
          parts.containers().trust(run, recorded.get());
        }
        upkeep.putRight(recorded.get());
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
        parts.dependencies().requireHealthy(run, subject.app(), details.dependencies());
      }
      storage.requireOwn(spec.settings());
      if (update && !failureHandling.replacing()) {
        standIn = recorded;
      }
      Image image = newContainer.image(spec, owned, standIn, forgetsContainer);
      List<VolumeMount> volumes =
          storage.mounts(spec.settings(), image, newContainer.before(image, owned));
      if (update) {
        failureHandling.toReplace(recorded, owned).ifPresent(failureHandling::replace);
      }
      List<ObservedContainer> others = failureHandling.withoutPrevious(owned);
      if (!others.isEmpty()) {
        subject.store();
        parts.containers().removeAll(run, others);
      }
      ContainerId container = newContainer.start(spec, image, volumes);
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

  /** Kept, because the pull it begins with may take several tries. */
  private void noteRedeploy() {
    Deployment deployment = subject.deployment();
    if (run.claim().causedBy(Cause.REDEPLOY)
        && deployment.containers().wantedGeneration() <= deployment.containers().generation()) {
      subject.write("to be deployed anew", Deployment::redeploy);
    }
  }

  private SettingsRead read(AppDetails details) {
    SettingsRead read =
        SettingsRead.of(
            details.settings(),
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
        .asBefore(failure, containers)
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

  /**
   * The container this deployment recorded. One that is to be distrusted only where the present
   * settings do not make another of its version: the version is worth more.
   */
  private Optional<ObservedContainer> recorded(String specHash) {
    boolean stoppedUnproven = subject.isHeld() && !subject.deployment().containers().proven();
    boolean anew = begunAnew || stoppedUnproven;
    forgetsContainer = anew;
    return containers.owned().stream()
        .filter(c -> subject.deployment().containers().id().equals(Optional.of(c.id())))
        .filter(c -> updateDue.isPresent() || !isOf(specHash, c) || !containers.isCondemned(c))
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
}

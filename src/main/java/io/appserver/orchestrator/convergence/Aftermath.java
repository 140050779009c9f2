package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.container.ContainerId;
import io.appserver.orchestrator.container.HealthCheck;
import io.appserver.orchestrator.container.Image;
import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.Failure;
import io.appserver.orchestrator.deployment.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What follows an attempt. After a failure: what it made is taken back, the version that ran before
 * runs again, and the next attempt is set or the deployment given up. After a success: the version
 * before goes.
 */
final class Aftermath {

  private static final Logger LOG = Logger.getLogger(Aftermath.class.getName());

  private final Parts parts;
  private final Subject subject;
  private final Run run;
  private @Nullable String freshVolume;
  private Optional<AppSettings> settings = Optional.empty();

  Aftermath(Parts parts, Subject subject) {
    this.parts = parts;
    this.subject = subject;
    this.run = subject.run();
  }

  /** By which settings the app is asked how it is. */
  void settings(AppSettings known) {
    settings = Optional.of(known);
  }

  /** This attempt made the volume: nothing is in it until a container was started. */
  void volumeMade(String name) {
    freshVolume = name;
  }

  /** A process may have written to the volume. */
  void started() {
    freshVolume = null;
  }

  /** Whether a container waits, stopped, for its successor to become healthy. */
  boolean replacing() {
    return subject.deployment().previousContainerId().isPresent();
  }

  /**
   * The container that is to wait for its successor: the one that was chosen for it, if that was
   * all that was done so far, else the recorded one.
   */
  Optional<ObservedContainer> toReplace(
      Optional<ObservedContainer> recorded, List<ObservedContainer> owned) {
    return replacing() ? previous(owned) : recorded;
  }

  private Optional<ObservedContainer> previous(List<ObservedContainer> owned) {
    return owned.stream().filter(this::isPrevious).findFirst();
  }

  /** Stops the container and moves it out of the way, kept until its successor is healthy. */
  void replace(ObservedContainer container) {
    run.checkpoint();
    if (!replacing()) {
      subject.write(
          "replacing container " + container.id().abbreviated(), Deployment::keepPrevious);
    }
    parts.containers().stop(run, container);
    var aside = parts.containers().asideNameOf(subject.app().name());
    if (!container.name().equals(aside)) {
      parts.acts().rename(run, container.id(), aside);
    }
  }

  List<ObservedContainer> withoutPrevious(List<ObservedContainer> owned) {
    return owned.stream().filter(c -> !isPrevious(c)).toList();
  }

  private boolean isPrevious(ObservedContainer container) {
    return subject.deployment().previousContainerId().equals(Optional.of(container.id().value()));
  }

  /** The successor is healthy: nothing to go back to is needed any more. */
  void removePrevious(List<ObservedContainer> owned) {
    if (replacing()) {
      parts.containers().removeAll(run, owned.stream().filter(this::isPrevious).toList());
      subject.write("replaced", Deployment::forgetPrevious);
    }
  }

  /** Why the deployment is as it is, from its row. */
  Failure lastFailure() {
    Deployment deployment = subject.deployment();
    return Failure.of(
        deployment.reasonCode().flatMap(FailureCode::ofCode).orElse(FailureCode.INTERNAL_ERROR),
        deployment.reasonMessage().orElse("no reason was kept"));
  }

  Outcome of(Failure failure, String specHash) {
    Failure told =
        parts.evidence().of(failure, subject.deployment().containerId().map(ContainerId::new));
    if (failure.code() == FailureCode.RUNTIME_UNAVAILABLE) {
      return tryAgain(told, failure.code().pauseAfter(1), false);
    }
    if (replacing()) {
      return goBack(told, specHash);
    }
    if (subject.deployment().hasRunningVersion()) {
      return stayAsIs(told, specHash);
    }
    undo();
    boolean waits = failure.code().persistence() == FailureCode.Persistence.WAITS;
    int attempts = waits ? 1 : subject.deployment().countAttempt(failure.code());
    if (failure.code().retryable(attempts)) {
      return tryAgain(told, told.retryAfter().orElse(failure.code().pauseAfter(attempts)), true);
    }
    subject.write(
        told,
        d -> {
          d.failed(told, specHash);
          d.forgetContainer();
          d.forgetImage();
        });
    parts.dependencies().signalDependants(run, subject.app().id());
    return Outcome.failed(told);
  }

  private Outcome tryAgain(Failure told, Duration pause, boolean undone) {
    Instant next = parts.clock().instant().plus(pause);
    subject.write(
        told,
        d -> {
          d.pending(told, next);
          if (undone) {
            d.forgetContainer();
            d.forgetImage();
          }
        });
    return Outcome.waiting(told, pause);
  }

  /**
   * Nothing was touched yet: the running version goes on, and the reason says why it is not a newer
   * one.
   */
  private Outcome stayAsIs(Failure told, String specHash) {
    int attempts = subject.deployment().countAttempt(told.code());
    Instant now = parts.clock().instant();
    if (told.code().retryable(attempts)) {
      Duration pause = told.retryAfter().orElse(told.code().pauseAfter(attempts));
      subject.write(told, d -> d.healthyStill(told, Optional.of(now.plus(pause)), now));
      return Outcome.waiting(told, pause);
    }
    subject.write(
        told,
        d -> {
          d.healthyStill(told, Optional.empty(), now);
          d.reject(specHash);
          d.giveUpRedeploy();
        });
    return Outcome.failed(told);
  }

  /** The successor failed: it goes, and the version before it runs again. */
  private Outcome goBack(Failure told, String specHash) {
    ContainerId previous =
        new ContainerId(subject.deployment().previousContainerId().orElseThrow());
    List<ObservedContainer> owned = parts.containers().owned(run);
    parts.containers().removeAll(run, withoutPrevious(owned));
    Optional<ObservedContainer> kept = previous(owned);
    if (kept.isEmpty()) {
      subject.write(told, Deployment::forgetPrevious);
      return tryAgain(told, told.code().pauseAfter(1), true);
    }
    parts.containers().trust(run, kept.get());
    var name = parts.containers().nameOf(subject.app().name());
    if (!kept.get().name().equals(name)) {
      parts.acts().rename(run, previous, name);
    }
    Instant now = parts.clock().instant();
    subject.write(
        told,
        d -> {
          d.restorePrevious();
          d.reject(specHash);
          d.giveUpRedeploy();
          d.starting(now);
        });
    try {
      parts.acts().start(run, previous);
      parts.gate().await(run, previous, check(kept.get()), now);
    } catch (DeploymentException e) {
      Failure both = told.with("way_back", String.valueOf(e.getMessage()));
      subject.write(both, d -> d.failed(both, specHash));
      parts.dependencies().signalDependants(run, subject.app().id());
      return Outcome.failed(both);
    }
    Instant healthy = parts.clock().instant();
    subject.write(told, d -> d.healthyStill(told, Optional.empty(), healthy));
    return Outcome.failed(told);
  }

  private HealthCheck check(ObservedContainer container) {
    Image image =
        parts
            .view()
            .image(container.imageId())
            .orElse(new Image(container.imageId(), "", container.healthcheck()));
    return settings
        .map(known -> HealthLadder.choose(subject.app().name(), known, image))
        .orElse(new HealthCheck.None());
  }

  /** Removes what the attempt made. What cannot be removed now is found again at the next look. */
  private void undo() {
    try {
      for (ObservedContainer container : parts.containers().owned(run)) {
        parts.containers().remove(run, container);
      }
      if (freshVolume != null) {
        parts.acts().removeVolume(run, freshVolume);
      }
    } catch (DeploymentException e) {
      LOG.log(
          Level.WARNING,
          e,
          () ->
              "app_name=%s something of the failed attempt is still there; it is removed at the next look"
                  .formatted(subject.app().name()));
    }
  }
}

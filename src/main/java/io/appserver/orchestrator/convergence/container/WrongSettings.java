package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An app with a setting that is wrong. Once that was told, what runs goes on, within its bounds as
 * any app, and what failed rests.
 */
@Singleton
final class WrongSettings {

  private final KeepRunning keepRunning;
  private final FailureHandling failures;
  private final NextTry nextTry;
  private final Reasons reasons;

  @Inject
  WrongSettings(
      KeepRunning keepRunning, FailureHandling failures, NextTry nextTry, Reasons reasons) {
    this.keepRunning = keepRunning;
    this.failures = failures;
    this.nextTry = nextTry;
    this.reasons = reasons;
  }

  Outcome of(Attempt attempt, SettingsRead.Invalid invalid) {
    Failure failure =
        Failure.of(
            FailureCode.INVALID_SETTING,
            "a setting of %s is wrong: %s"
                .formatted(attempt.subject().app().name(), invalid.words()));
    return asBefore(attempt, failure).orElseGet(() -> failures.of(attempt, failure));
  }

  /** What becomes of the app; empty if the failure is news. */
  private Optional<Outcome> asBefore(Attempt attempt, Failure failure) {
    Subject subject = attempt.subject();
    Deployment deployment = subject.deployment();
    boolean woken = subject.run().claim().renews() || deployment.changedByHand();
    if (deployment.state() == DeploymentState.FAILED) {
      return isTold(deployment, failure) && !woken
          ? Optional.of(Outcome.failed(reasons.lastFailure(subject)))
          : Optional.empty();
    }
    boolean isRefused =
        deployment.updates().rejectedSpecHash().equals(Optional.of(attempt.specHash()));
    if (!isRefused || !deployment.containers().areProven()) {
      return Optional.empty();
    }
    Instant now = subject.now();
    Optional<Instant> next = deployment.reason().nextLookAt().filter(now::isBefore);
    if (deployment.state() == DeploymentState.RESTARTING && next.isPresent() && !woken) {
      return Optional.of(
          Outcome.waiting(reasons.lastFailure(subject), Duration.between(now, next.get())));
    }
    return recorded(attempt).map(container -> kept(attempt, container, failure));
  }

  private static boolean isTold(Deployment deployment, Failure failure) {
    return deployment.reason().code().equals(Optional.of(failure.code().code()))
        && deployment.reason().message().equals(Optional.of(failure.message()));
  }

  private static Optional<ObservedContainer> recorded(Attempt attempt) {
    return attempt.seen().instances().stream()
        .filter(seen -> attempt.subject().row().isOwn(seen.id()) && seen.usable())
        .findFirst()
        .map(seen -> attempt.seen(seen.id()));
  }

  private Outcome kept(Attempt attempt, ObservedContainer container, Failure failure) {
    Subject subject = attempt.subject();
    if (attempt.seen().isCondemned(container)) {
      keepRunning.trust(subject.run(), container);
    }
    attempt.updateWaits();
    Outcome kept;
    try {
      kept = keepRunning.keep(attempt, container, Spec.of(AppSettings.none()));
    } catch (UnansweredCallException e) {
      throw e;
    } catch (UnusableContainerException e) {
      return failures.of(attempt, e.failure());
    } catch (DeploymentException e) {
      return nextTry.ofKept(attempt, e.failure());
    }
    if (!(kept.result() instanceof Look.Result.Running)) {
      return kept;
    }
    if (!isTold(subject.deployment(), failure)) {
      Instant now = subject.now();
      subject.write(failure, d -> d.healthyStill(failure, Optional.empty(), now));
    }
    return Outcome.failed(failure);
  }
}

package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * An app with a setting that is wrong, once that was told: what runs goes on, within its bounds as
 * any app, and what failed rests.
 */
final class WrongSettings {

  private final Parts parts;
  private final Subject subject;
  private final KeepRunning keepRunning;
  private final FailureHandling failureHandling;
  private final Reasons reasons;

  WrongSettings(
      Parts parts, Subject subject, KeepRunning keepRunning, FailureHandling failureHandling) {
    this.parts = parts;
    this.subject = subject;
    this.keepRunning = keepRunning;
    this.failureHandling = failureHandling;
    this.reasons = new Reasons(parts, subject);
  }

  /** What becomes of the app; empty if the failure is news. */
  Optional<Outcome> asBefore(Failure failure, AppContainers seen) {
    Deployment deployment = subject.deployment();
    boolean woken = subject.run().claim().renews() || deployment.changedByHand();
    if (deployment.state() == DeploymentState.FAILED) {
      return isTold(failure) && !woken
          ? Optional.of(failureHandling.cleared(Outcome.failed(reasons.lastFailure())))
          : Optional.empty();
    }
    boolean isRefused = deployment.updates().rejectedSpecHash().equals(Optional.of(""));
    if (!isRefused || !deployment.containers().areProven()) {
      return Optional.empty();
    }
    Instant now = parts.clock().instant();
    Optional<Instant> next = deployment.reason().nextLookAt().filter(now::isBefore);
    if (deployment.state() == DeploymentState.RESTARTING && next.isPresent() && !woken) {
      return Optional.of(Outcome.waiting(reasons.lastFailure(), Duration.between(now, next.get())));
    }
    return recorded(seen).map(container -> kept(container, failure, seen));
  }

  private boolean isTold(Failure failure) {
    Deployment deployment = subject.deployment();
    return deployment.reason().code().equals(Optional.of(failure.code().code()))
        && deployment.reason().message().equals(Optional.of(failure.message()));
  }

  private Optional<ObservedContainer> recorded(AppContainers seen) {
    return seen.owned().stream()
        .filter(c -> subject.deployment().containers().id().equals(Optional.of(c.id())))
        .filter(Installation::usable)
        .findFirst();
  }

  private Outcome kept(ObservedContainer container, Failure failure, AppContainers seen) {
    if (seen.isCondemned(container)) {
      parts.containers().trust(subject.run(), container);
    }
    keepRunning.updateWaits();
    Outcome kept;
    try {
      kept = keepRunning.keep(keepRunning.undone(container), Spec.of(AppSettings.none()));
    } catch (UnansweredCallException e) {
      throw e;
    } catch (UnusableContainerException e) {
      return failureHandling.of(e.failure(), "");
    } catch (DeploymentException e) {
      return failureHandling.ofKept(e.failure());
    }
    if (!(kept.result() instanceof Look.Result.Running)) {
      return failureHandling.cleared(kept);
    }
    if (!isTold(failure)) {
      Instant now = parts.clock().instant();
      subject.write(failure, d -> d.healthyStill(failure, Optional.empty(), now));
    }
    return failureHandling.cleared(Outcome.failed(failure));
  }
}

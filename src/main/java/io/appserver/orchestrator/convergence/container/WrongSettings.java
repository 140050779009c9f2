package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppSettings;
import io.appserver.orchestrator.convergence.decide.Course;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.spec.SettingsRead;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.workload.Subject;
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
    boolean told = attempt.deployment().reason().says(failure);
    return switch (Standing.due(attempt).courseOfWrong(attempt.seen().instances(), told)) {
      case Course.Rest(Optional<Duration> pause) -> reasons.rest(attempt.subject(), pause);
      case Course.Keep keep -> kept(attempt, keep, failure);
      case Course.Fail fail -> failures.of(attempt, failure);
    };
  }

  private Outcome kept(Attempt attempt, Course.Keep keep, Failure failure) {
    Subject subject = attempt.subject();
    ObservedContainer container = attempt.seen(keep.container());
    if (keep.distrusted()) {
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
    if (!subject.deployment().reason().says(failure)) {
      Instant now = subject.now();
      subject.write(failure, d -> d.healthyStill(failure, Optional.empty(), now));
    }
    return Outcome.failed(failure);
  }
}

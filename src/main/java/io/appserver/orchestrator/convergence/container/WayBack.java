package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.HealthGate;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.work.RestartPause;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Starts what was healthy once, in the place of what was to follow it. */
@Singleton
final class WayBack {

  private final JournaledCalls calls;
  private final Containers containers;
  private final HealthGate gate;
  private final EngineOutage outage;
  private final Restarts restarts;
  private final NextTry nextTry;
  private final GivingUp givingUp;

  @Inject
  WayBack(
      JournaledCalls calls,
      Containers containers,
      HealthGate gate,
      EngineOutage outage,
      Restarts restarts,
      NextTry nextTry,
      GivingUp givingUp) {
    this.calls = calls;
    this.containers = containers;
    this.gate = gate;
    this.outage = outage;
    this.restarts = restarts;
    this.nextTry = nextTry;
    this.givingUp = givingUp;
  }

  /**
   * Starts it, and waits until it is healthy.
   *
   * @param told why it is gone back to
   * @param bounded whether it is started again within its bounds if it ends
   * @return the outcome if that does not work, now or any more
   */
  Optional<Outcome> start(Attempt attempt, ObservedContainer kept, Failure told, boolean bounded) {
    Subject subject = attempt.subject();
    try {
      containers.stop(subject.run(), kept);
      calls.startAgain(subject.run(), kept.id());
      restarts.countOwed(subject, kept);
      gate.await(subject.run(), kept.id(), check(attempt, kept), subject.now());
      return Optional.empty();
    } catch (UnansweredCallException e) {
      return Optional.of(nextTry.ofUnanswered(attempt, e.failure()));
    } catch (DeploymentException e) {
      return Optional.of(failed(attempt, kept, told, bounded, e));
    }
  }

  private Outcome failed(
      Attempt attempt,
      ObservedContainer kept,
      Failure told,
      boolean bounded,
      DeploymentException e) {
    Subject subject = attempt.subject();
    Failure failure = outage.judged(e.failure());
    FailureCode code = failure.code();
    if (code.isWithoutAnswer()) {
      // no word against the version: it is started when the engine is back
      return nextTry.goOn(attempt, failure, code.pauseAfter(1));
    }
    if (nextTry.endedWithTheEngine(attempt, e.failure(), Optional.of(kept.id()))) {
      return nextTry.goOn(attempt, e.failure(), RestartPause.after(1));
    }
    if (code.isOfHost()) {
      int attempts = subject.deployment().tries().count(code);
      if (code.retryable(attempts)) {
        return nextTry.goOn(attempt, failure, code.pauseAfter(attempts));
      }
    }
    if (bounded && Restarts.isOfTheApp(e.code())) {
      return restarts.after(subject, found(subject.run(), kept), e.failure());
    }
    Failure both = told.givenUp().with("way_back", String.valueOf(e.getMessage()));
    return givingUp.of(
        subject,
        both,
        d -> {
          d.failed(both, bounded ? d.containers().specHash().orElse("") : attempt.specHash());
          d.containers().wantAny();
        });
  }

  private ObservedContainer found(Run run, ObservedContainer kept) {
    try {
      return containers.find(run, kept.id()).orElse(kept);
    } catch (DeploymentException e) {
      return kept;
    }
  }

  private static HealthCheck check(Attempt attempt, ObservedContainer container) {
    var image = new Image(container.imageId(), "", container.healthcheck());
    return attempt
        .spec()
        .map(wanted -> wanted.check(attempt.subject().app().name(), container, image))
        .orElse(new HealthCheck.None());
  }
}

package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.HealthGate;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;

/** An app whose container is there: kept, started, or restarted within bounds. */
@Singleton
final class KeepRunning {

  private final JournaledCalls calls;
  private final Containers containers;
  private final EngineOutage outage;
  private final HealthGate gate;
  private final Restarts restarts;
  private final ByHand byHand;
  private final HealthWait healthWait;

  @Inject
  KeepRunning(
      JournaledCalls calls,
      Containers containers,
      EngineOutage outage,
      HealthGate gate,
      Restarts restarts,
      ByHand byHand,
      HealthWait healthWait) {
    this.calls = calls;
    this.containers = containers;
    this.outage = outage;
    this.gate = gate;
    this.restarts = restarts;
    this.byHand = byHand;
    this.healthWait = healthWait;
  }

  /** What a call without an answer may do to it yet is put up with. */
  void trust(Run run, ObservedContainer container) {
    containers.trust(run, container);
  }

  /** Goes on with the container from wherever it is, without what a person did to it. */
  Outcome keep(Attempt attempt, ObservedContainer found, Spec spec) {
    ObservedContainer container = byHand.undone(attempt, found);
    var kept = new Kept(container, spec, check(attempt.subject(), container, spec));
    return switch (attempt.deployment().state()) {
      case HEALTHY -> keepHealthy(attempt, kept);
      case UNHEALTHY -> {
        Subject subject = attempt.subject();
        yield restarts.after(subject, container, restarts.lastReason(subject));
      }
      case RESTARTING -> restart(attempt.subject(), kept);
      case PENDING, PULLING, CREATING, STARTING, STOPPING, STOPPED, FAILED ->
          keepStarting(attempt.subject(), kept);
    };
  }

  /** The container that is kept, what the app is asked to be, and how it is asked how it is. */
  private record Kept(ObservedContainer container, Spec spec, HealthCheck check) {}

  private Outcome keepHealthy(Attempt attempt, Kept kept) {
    Subject subject = attempt.subject();
    Claim claim = subject.run().claim();
    if (!kept.container().running()) {
      return ended(subject, kept);
    }
    if (claim.causedBy(Cause.RESTART)) {
      return restartNow(subject, kept, "restarted by an operator");
    }
    boolean onTrial = claim.causedBy(Cause.TRIAL);
    boolean probesFailed = onTrial || claim.causedBy(Cause.PROBES_FAILED);
    if (probesFailed && !attempt.foundNotRunning()) {
      Optional<Failure> sick = gate.sickness(subject.run(), kept.container(), kept.check());
      if (sick.isPresent()) {
        subject.write(sick.get(), d -> d.unhealthy(sick.get()));
        return onTrial
            ? restartNow(subject, kept, "restarted on trial; it is not counted")
            : restarts.after(subject, kept.container(), sick.get());
      }
    }
    clearReasonThatIsGone(attempt);
    if (claim.causedBy(Cause.RUNS_ANEW)) {
      subject.note("was restarted at the engine; it goes on in its new run");
    }
    if (claim.causedBy(Cause.INSTALLED)) {
      subject.note("is healthy already, nothing to do");
    }
    return Outcome.running();
  }

  /** An end that the engine's or the host's shutdown brought about is no fault of the app's. */
  private Outcome ended(Subject subject, Kept kept) {
    Claim claim = subject.run().claim();
    boolean excused =
        claim.causedBy(Cause.START_UP)
            || claim.causedBy(Cause.ENGINE_BACK)
            || claim.causedBy(Cause.RESTART)
            || subject.row().waitsForEngine()
            || outage.excuses(kept.container());
    return excused
        ? restartNow(subject, kept, "found stopped; started again")
        : restarts.after(subject, kept.container(), gate.exit(subject.run(), kept.container()));
  }

  private Outcome restartNow(Subject subject, Kept kept, String message) {
    subject.write(message, d -> d.restarting(Restarts.runOf(kept.container())));
    return restart(subject, kept);
  }

  /** The run that was to end is ended if it goes on, and another one begun. */
  private Outcome restart(Subject subject, Kept kept) {
    if (kept.container().running() && !restarts.isOver(subject, kept.container())) {
      return awaitHealthy(subject, kept);
    }
    subject.run().checkpoint();
    containers.stop(subject.run(), kept.container());
    restarts.excuse(subject, kept.container());
    return start(subject, kept);
  }

  private Outcome keepStarting(Subject subject, Kept kept) {
    ObservedContainer container = kept.container();
    if (isBeingReplaced(subject.deployment())) {
      subject.write("what was to replace it is not wanted any more", Deployment::pending);
    }
    if (restarts.isUncounted(subject, container)) {
      restarts.count(subject);
    }
    boolean ended = !container.running() && container.status() != Status.CREATED;
    boolean waited = subject.deployment().state() == DeploymentState.PENDING;
    boolean proven = subject.deployment().containers().proven();
    boolean excused = outage.excuses(container);
    if (ended && ((excused && !waited) || (!excused && !proven))) {
      throw new DeploymentException(gate.exit(subject.run(), container), null);
    }
    if (ended && !waited) {
      return restarts.after(subject, container, gate.exit(subject.run(), container));
    }
    return container.running() ? awaitHealthy(subject, kept) : start(subject, kept);
  }

  private static boolean isBeingReplaced(Deployment deployment) {
    return switch (deployment.state()) {
      case PULLING -> true;
      case CREATING -> deployment.containers().areProven();
      default -> false;
    };
  }

  private Outcome start(Subject subject, Kept kept) {
    ContainerId id = kept.container().id();
    subject.run().checkpoint();
    boolean owed = restarts.isOwed(subject);
    markStarting(subject, id);
    try {
      calls.startAgain(subject.run(), id);
    } catch (DeploymentException e) {
      if (e.code() == FailureCode.CONTAINER_MISSING) {
        throw new UnusableContainerException(e);
      }
      return restarts.afterRefusal(subject, id, e);
    }
    subject.begun(subject.now());
    if (owed) {
      restarts.count(subject);
    }
    return awaitHealthy(subject, kept);
  }

  private Outcome awaitHealthy(Subject subject, Kept kept) {
    ContainerId id = kept.container().id();
    markStarting(subject, id);
    try {
      return kept.spec().isOf(kept.container())
          ? healthWait.of(subject, id, kept.check(), kept.spec())
          : healthWait.ofOlder(subject, id, kept.check());
    } catch (DeploymentException e) {
      return restarts.afterFailing(subject, id, e);
    }
  }

  private static void markStarting(Subject subject, ContainerId id) {
    Instant now = subject.now();
    if (subject.deployment().state() != DeploymentState.STARTING) {
      subject.write("starting container " + id.abbreviated(), d -> d.starting(now));
    }
  }

  /** A container has the HEALTHCHECK of the image that it was made of. */
  private static HealthCheck check(Subject subject, ObservedContainer container, Spec spec) {
    var image = new Image(container.imageId(), "", container.healthcheck());
    return spec.check(subject.app().name(), container, image);
  }

  /** What was waited for is there; why an update was refused stays to be read. */
  private static void clearReasonThatIsGone(Attempt attempt) {
    Subject subject = attempt.subject();
    Deployment deployment = subject.deployment();
    boolean refused =
        deployment.updates().rejectedSpecHash().isPresent()
            && (!subject.row().waitsForOthers()
                || deployment.updates().areExplainedBy(deployment.reason()));
    if (deployment.reason().code().isPresent() && !refused && !attempt.isUpdateWaiting()) {
      Instant since = deployment.health().healthySince().orElseGet(subject::now);
      subject.write("nothing is in the way any more", d -> d.healthy(since));
    }
  }
}

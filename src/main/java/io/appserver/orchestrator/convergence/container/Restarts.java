package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.Evidence;
import io.appserver.orchestrator.convergence.engine.ExitReasons;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.work.RestartPause;
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
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What follows when a container that was healthy once ends or does not answer: it is started again,
 * within bounds.
 */
@Singleton
final class Restarts {

  /** So long without trouble, and earlier restarts count no more. */
  private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

  private final Settings settings;
  private final Containers containers;
  private final EngineOutage outage;
  private final Evidence evidence;
  private final DeploymentWriter writer;
  private final GivingUp givingUp;

  @Inject
  Restarts(
      Settings settings,
      Containers containers,
      EngineOutage outage,
      Evidence evidence,
      DeploymentWriter writer,
      GivingUp givingUp) {
    this.settings = settings;
    this.containers = containers;
    this.outage = outage;
    this.evidence = evidence;
    this.writer = writer;
    this.givingUp = givingUp;
  }

  /**
   * What tells one run of a container from the next: when it began, to the microsecond, which is as
   * much as a row keeps of the engine's nanoseconds.
   */
  static Instant runOf(ObservedContainer container) {
    return container.startedAt().orElse(Instant.EPOCH).truncatedTo(ChronoUnit.MICROS);
  }

  /** Why it is to be restarted, from its row. */
  Failure lastReason(Subject subject) {
    Deployment deployment = subject.deployment();
    return Failure.of(
        deployment.reason().failureCode().orElse(FailureCode.UNHEALTHY),
        deployment.reason().message().orElse("no reason was kept"));
  }

  /**
   * A start again that the engine refused: nothing ran, so no restart is counted. It is tried as
   * often as its code says.
   *
   * @throws DeploymentException the given one, if it is not the same container's next try that
   *     helps
   */
  Outcome afterRefusal(Subject subject, ContainerId id, DeploymentException refused) {
    Failure failure =
        refused instanceof UnansweredCallException
            ? refused.failure()
            : outage.judged(refused.failure());
    FailureCode code = failure.code();
    boolean again =
        code == FailureCode.OUT_OF_MEMORY || (code.isOfHost() && !code.isWithoutAnswer());
    Optional<ObservedContainer> container =
        again && subject.deployment().containers().proven()
            ? containers.find(subject.run(), id)
            : Optional.empty();
    if (container.isEmpty()) {
      throw refused;
    }
    Failure told = evidence.of(failure, subject.run(), containers, Optional.of(id));
    int attempts = subject.deployment().tries().count(code);
    if (!code.retryable(attempts)) {
      return giveUp(subject, container.get(), told.givenUp());
    }
    Duration pause = code.pauseAfter(attempts);
    subject.write(told, d -> d.pending(told, subject.now().plus(pause)));
    return Outcome.waiting(told, pause);
  }

  /**
   * A start again that went wrong: one more restart, if the app is what failed.
   *
   * @throws DeploymentException the given one, if it is not to be answered by a restart
   */
  Outcome afterFailing(Subject subject, ContainerId id, DeploymentException failed) {
    Optional<ObservedContainer> container =
        isOfTheApp(failed.code()) && subject.deployment().containers().proven()
            ? containers.find(subject.run(), id)
            : Optional.empty();
    if (container.isEmpty() || outage.excuses(container.get())) {
      throw failed;
    }
    return after(subject, container.get(), failed.failure());
  }

  /** Whether a start that ended so says something of the app, and not of what it runs on. */
  static boolean isOfTheApp(FailureCode code) {
    return switch (code) {
      case EXITED, OUT_OF_MEMORY, START_TIMEOUT -> true;
      default -> false;
    };
  }

  /** Sets the next start, after a pause; gives up after the last. */
  Outcome after(Subject subject, ObservedContainer container, Failure failure) {
    Failure told = evidence.of(failure, subject.run(), containers, Optional.of(container.id()));
    Instant now = subject.now();
    Deployment deployment = subject.deployment();
    int before = deployment.restarts().counted(deployment.health(), now.minus(FORGIVEN_AFTER));
    if (before >= settings.containers().maxRestarts()) {
      return giveUp(
          subject,
          container,
          told.givenUp()
              .with(
                  "restarts",
                  "%d in a row did not help".formatted(settings.containers().maxRestarts())));
    }
    Duration pause = RestartPause.after(before + 1);
    subject.write(
        told,
        d -> {
          d.restarts().forgive(d.health(), now.minus(FORGIVEN_AFTER));
          d.restarting(told, now.plus(pause), runOf(container));
        });
    return Outcome.waiting(told, pause);
  }

  /**
   * The start that is to come is no restart for a failure if the engine turns out to have been
   * away: its end is heard of before that.
   */
  void excuse(Subject subject, ObservedContainer container) {
    if (!isOwed(subject) || container.running()) {
      return;
    }
    outage.suspected();
    if (outage.excuses(container)) {
      subject.write("it ended with the engine", d -> d.restarting(runOf(container)));
    }
  }

  /** Whether the container's run, be it over or not, is the one that a restart ends or answers. */
  boolean isOver(Subject subject, ObservedContainer container) {
    return subject.deployment().restarts().run().filter(runOf(container)::equals).isPresent();
  }

  /** Whether the start that is to come is a restart for a failure, and not merely a start. */
  boolean isOwed(Subject subject) {
    return subject.deployment().restarts().areOwed();
  }

  /**
   * Whether the container's run is a restart for a failure that was not counted: whoever began it
   * was ended before it could.
   */
  boolean isUncounted(Subject subject, ObservedContainer container) {
    Deployment deployment = subject.deployment();
    boolean anotherRun =
        deployment.restarts().run().filter(run -> !run.equals(runOf(container))).isPresent();
    return isOwed(subject)
        && deployment.state() == DeploymentState.STARTING
        && container.startedAt().isPresent()
        && anotherRun;
  }

  /** Counted once it has begun: what the engine's own end prevents has cost nothing. */
  void count(Subject subject) {
    count(subject, lastReason(subject));
  }

  /**
   * As {@link #count(Subject)}, if it is owed; for what can be seen of the container's run before,
   * as the row tells of an update by now.
   */
  void countOwed(Subject subject, ObservedContainer before) {
    if (isOwed(subject)) {
      count(
          subject,
          before.running() && isOver(subject, before)
              ? Failure.of(
                  FailureCode.UNHEALTHY, subject.app().name() + " was not well in the run before")
              : ExitReasons.failure(subject.app().name(), before));
    }
  }

  private void count(Subject subject, Failure reason) {
    subject.write("started again", Deployment::restarted);
    writer.tell(observer -> observer.restarted(subject.app().name(), reason));
  }

  /** The container is left for who wants to read its log, but does not run on half dead. */
  private Outcome giveUp(Subject subject, ObservedContainer container, Failure last) {
    containers.stop(subject.run(), container);
    return givingUp.of(subject, last, d -> d.failed(last, d.containers().specHash().orElse("")));
  }
}

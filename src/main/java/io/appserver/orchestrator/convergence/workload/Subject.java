package io.appserver.orchestrator.convergence.workload;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.record.Postponement;
import io.appserver.orchestrator.convergence.record.Transition;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The app that is looked at, with its deployment as it was stored last. */
public final class Subject {

  private final Run run;
  private final App app;
  private final DeploymentWriter writer;
  private final Clock clock;
  private Deployment deployment;
  private final List<Transition> unstored = new ArrayList<>();
  private final List<Runnable> alongside = new ArrayList<>();
  private Optional<Instant> begunAt = Optional.empty();

  public Subject(Run run, App app, Deployment deployment, DeploymentWriter writer, Clock clock) {
    this.run = run;
    this.app = app;
    this.deployment = deployment;
    this.writer = writer;
    this.clock = clock;
  }

  public Run run() {
    return run;
  }

  public App app() {
    return app;
  }

  public Deployment deployment() {
    return deployment;
  }

  /** Whether the deployment stopped because of a hold, and nothing was done since. */
  public boolean isHeld() {
    return deployment.state() == DeploymentState.PENDING && row().isMarkedAsHeld();
  }

  /** Whether the deployment is in that state, or may become so by one step. */
  public boolean leadsTo(DeploymentState next) {
    return deployment.state() == next || deployment.state().mayBecome(next);
  }

  public Instant now() {
    return clock.instant();
  }

  /** The deployment as it is now, to be asked. */
  public Row row() {
    return Row.of(deployment);
  }

  /** Whether that instance waits for its successor to become healthy. */
  public boolean isPrevious(ContainerId instance) {
    return deployment.containers().previousId().equals(Optional.of(instance));
  }

  /** The engine has answered a start: what it took for that is no part of the app's time. */
  public void begun(Instant now) {
    begunAt = Optional.of(now);
  }

  /** From when on the app has its time to become healthy. */
  public Instant begunAt(Instant now) {
    return begunAt.or(deployment.health()::startedAt).orElse(now);
  }

  /** Changes the deployment and stores it. */
  public void write(String message, Consumer<Deployment> change) {
    later(message, change);
    store();
  }

  /** Changes the deployment because of the failure and stores it. */
  public void write(Failure failure, Consumer<Deployment> change) {
    unstored.add(
        writer.transition(run, deployment, failure.message(), Optional.of(failure), change));
    store();
  }

  /**
   * Changes the deployment, to be stored with whatever is stored of it next: before that nothing
   * may be done that the row should tell of. If the process ends meanwhile, it is as if nothing had
   * been decided.
   */
  public void later(String message, Consumer<Deployment> change) {
    later(message, change, () -> {});
  }

  /**
   * As {@link #later(String, Consumer)}.
   *
   * @param also is done in the transaction that stores the change
   */
  public void later(String message, Consumer<Deployment> change, Runnable also) {
    unstored.add(writer.transition(run, deployment, message, Optional.empty(), change));
    alongside.add(also);
  }

  /** Stores what was changed and is not stored yet. */
  public void store() {
    if (!unstored.isEmpty()) {
      store(() -> writer.check(run), () -> {});
    }
  }

  /**
   * Stores what was changed and is not stored yet, together with that.
   *
   * @param check throws if the lease is not ours and alive, and holds its row else, as the opening
   *     of an entry of the journal does
   */
  public void storeWith(Runnable check) {
    if (unstored.isEmpty()) {
      check.run();
    } else {
      store(check, () -> {});
    }
  }

  /** The outcome, with what was changed and is not stored yet. */
  public Outcome with(Outcome outcome) {
    return unstored.isEmpty() ? outcome : outcome.with(this::store);
  }

  private void store(Runnable check, Runnable also) {
    List<Runnable> all = List.copyOf(alongside);
    deployment =
        writer.store(
            run,
            check,
            deployment,
            List.copyOf(unstored),
            () -> {
              all.forEach(Runnable::run);
              also.run();
            });
    unstored.clear();
    alongside.clear();
  }

  /** Says why what is to be done cannot be done now. Returns the pause before the next try. */
  public Duration postpone(Failure failure, Clock clock) {
    store();
    return Postponement.write(writer, clock, run, deployment, failure);
  }

  public void note(String message) {
    store();
    writer.note(run, Optional.of(deployment), message);
  }
}

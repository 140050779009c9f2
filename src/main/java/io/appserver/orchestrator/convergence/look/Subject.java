package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Postponement;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The app that is looked at, with its deployment as it was stored last. */
final class Subject {

  private final Run run;
  private final App app;
  private final DeploymentWriter writer;
  private Deployment deployment;
  private Optional<Instant> begunAt = Optional.empty();

  Subject(Run run, App app, Deployment deployment, DeploymentWriter writer) {
    this.run = run;
    this.app = app;
    this.deployment = deployment;
    this.writer = writer;
  }

  Run run() {
    return run;
  }

  App app() {
    return app;
  }

  Deployment deployment() {
    return deployment;
  }

  /** The deployment as it is now, to be asked. */
  Row row() {
    return Row.of(deployment);
  }

  /** The engine has answered a start: what it took for that is no part of the app's time. */
  void begun(Instant now) {
    begunAt = Optional.of(now);
  }

  /** From when on the app has its time to become healthy. */
  Instant begunAt(Instant now) {
    return begunAt.or(deployment.health()::startedAt).orElse(now);
  }

  /** Changes the deployment and stores it. */
  void write(String message, Consumer<Deployment> change) {
    deployment = writer.write(run, deployment, message, change);
  }

  /** Changes the deployment because of the failure and stores it. */
  void write(Failure failure, Consumer<Deployment> change) {
    deployment = writer.write(run, deployment, failure, change);
  }

  /** Says why what is to be done cannot be done now. Returns the pause before the next try. */
  Duration postpone(Failure failure, Clock clock) {
    return Postponement.write(writer, clock, run, deployment, failure);
  }

  void note(String message) {
    writer.note(run, Optional.of(deployment), message);
  }
}

package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Failure;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The app that is looked at, with its deployment as it was stored last. */
final class Subject {

  private final Run run;
  private final App app;
  private final Ledger ledger;
  private Deployment deployment;
  private Optional<Instant> begunAt = Optional.empty();

  Subject(Run run, App app, Deployment deployment, Ledger ledger) {
    this.run = run;
    this.app = app;
    this.deployment = deployment;
    this.ledger = ledger;
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

  /** The engine has answered a start: what it took for that is no part of the app's time. */
  void begun(Instant now) {
    begunAt = Optional.of(now);
  }

  /** From when on the app has its time to become healthy. */
  Instant begunAt(Instant now) {
    return begunAt.or(deployment::startedAt).orElse(now);
  }

  /** Changes the deployment and stores it. */
  void write(String message, Consumer<Deployment> change) {
    deployment = ledger.write(run, deployment, message, change);
  }

  /** Changes the deployment because of the failure and stores it. */
  void write(Failure failure, Consumer<Deployment> change) {
    deployment = ledger.write(run, deployment, failure, change);
  }

  void note(String message) {
    ledger.note(run, Optional.of(deployment), message);
  }
}

package io.appserver.orchestrator.metrics;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Counts what the convergence does. */
@Singleton
class ConvergenceMetrics implements ConvergenceObserver {

  private static final String SUCCEEDED = "succeeded";
  private static final String FAILED = "failed";

  private final Meters meters;
  private final AppLabels apps = new AppLabels();

  @Inject
  ConvergenceMetrics(Meters meters) {
    this.meters = meters;
  }

  void announce(@Observes Startup event) {
    for (FailureCode code : FailureCode.values()) {
      meters.announce(Family.DEPLOYMENT_FAILURES, code.code());
    }
    for (String result : List.of("running", "gone", "waiting", FAILED)) {
      meters.announce(Family.LOOK_DURATION, result);
    }
  }

  @Override
  public void transitioned(
      AppName app, DeploymentState from, DeploymentState to, Optional<Failure> reason) {
    if (to == DeploymentState.FAILED) {
      meters.count(
          Family.DEPLOYMENT_FAILURES,
          reason.map(failure -> failure.code().code()).orElse(Family.OTHER));
    }
  }

  @Override
  public void pulled(AppName app, Duration took, boolean succeeded) {
    meters.time(Family.PULL_DURATION, took, apps.of(app), outcome(succeeded));
  }

  @Override
  public void started(AppName app, boolean succeeded) {
    meters.count(Family.CONTAINER_STARTS, apps.of(app), outcome(succeeded));
  }

  @Override
  public void stopped(AppName app, boolean killed) {
    meters.count(Family.CONTAINER_STOPS, apps.of(app), killed ? "killed" : "terminated");
  }

  @Override
  public void restarted(AppName app, Failure reason) {
    meters.count(Family.CONTAINER_RESTARTS, apps.of(app), reason.code().code());
  }

  @Override
  public void probed(AppName app, boolean healthy) {
    meters.count(Family.HEALTH_CHECKS, apps.of(app), healthy ? "healthy" : "unhealthy");
  }

  @Override
  public void looked(AppName app, Duration took, Look.Result result) {
    meters.time(Family.LOOK_DURATION, took, word(result));
  }

  private static String outcome(boolean succeeded) {
    return succeeded ? SUCCEEDED : FAILED;
  }

  private static String word(Look.Result result) {
    return switch (result) {
      case Look.Result.Running() -> "running";
      case Look.Result.Gone() -> "gone";
      case Look.Result.Waiting(var reason) -> "waiting";
      case Look.Result.Failed(var reason) -> FAILED;
    };
  }
}

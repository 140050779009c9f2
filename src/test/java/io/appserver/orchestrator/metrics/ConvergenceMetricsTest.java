package io.appserver.orchestrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.enterprise.event.Startup;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConvergenceMetricsTest {

  private static final AppName TODOS = new AppName("todos");
  private static final Failure EXITED = Failure.of(FailureCode.EXITED, "todos exited with 1");

  private final RecordedMeters meters = new RecordedMeters();
  private final ConvergenceMetrics metrics = new ConvergenceMetrics(meters);

  @Test
  void countsStartsAndStopsOfAnApp() {
    metrics.started(TODOS, true);
    metrics.started(TODOS, true);
    metrics.started(TODOS, false);
    metrics.stopped(TODOS, false);
    metrics.stopped(TODOS, true);

    assertThat(meters.counts)
        .containsEntry("orchestrator_container_starts_total{app=todos,outcome=succeeded}", 2)
        .containsEntry("orchestrator_container_starts_total{app=todos,outcome=failed}", 1)
        .containsEntry("orchestrator_container_stops_total{app=todos,outcome=terminated}", 1)
        .containsEntry("orchestrator_container_stops_total{app=todos,outcome=killed}", 1)
        .hasSize(4);
  }

  @Test
  void countsRestartsByReason() {
    metrics.restarted(TODOS, EXITED);

    assertThat(meters.counts)
        .containsOnlyKeys("orchestrator_container_restarts_total{app=todos,reason=exited}");
  }

  @Test
  void countsProbesByResult() {
    metrics.probed(TODOS, true);
    metrics.probed(TODOS, false);

    assertThat(meters.counts)
        .containsOnlyKeys(
            "orchestrator_health_checks_total{app=todos,result=healthy}",
            "orchestrator_health_checks_total{app=todos,result=unhealthy}");
  }

  @Test
  void timesPullsByOutcome() {
    metrics.pulled(TODOS, Duration.ofSeconds(3), true);
    metrics.pulled(TODOS, Duration.ofMinutes(10), false);

    assertThat(meters.times)
        .containsEntry(
            "orchestrator_pull_duration_seconds{app=todos,outcome=succeeded}",
            Duration.ofSeconds(3))
        .containsEntry(
            "orchestrator_pull_duration_seconds{app=todos,outcome=failed}", Duration.ofMinutes(10));
  }

  @Test
  void timesLooksByWhatTheyCameTo() {
    metrics.looked(TODOS, Duration.ofSeconds(1), new Look.Result.Running());
    metrics.looked(TODOS, Duration.ofSeconds(1), new Look.Result.Gone());
    metrics.looked(TODOS, Duration.ofSeconds(1), new Look.Result.Waiting(EXITED));
    metrics.looked(TODOS, Duration.ofSeconds(1), new Look.Result.Failed(EXITED));

    assertThat(meters.times)
        .containsOnlyKeys(
            "orchestrator_look_duration_seconds{result=running}",
            "orchestrator_look_duration_seconds{result=gone}",
            "orchestrator_look_duration_seconds{result=waiting}",
            "orchestrator_look_duration_seconds{result=failed}");
  }

  @Test
  void countsOnlyTransitionsToFailed() {
    metrics.transitioned(TODOS, DeploymentState.PENDING, DeploymentState.PULLING, Optional.empty());
    metrics.transitioned(
        TODOS, DeploymentState.HEALTHY, DeploymentState.RESTARTING, Optional.of(EXITED));
    assertThat(meters.counts).isEmpty();

    metrics.transitioned(
        TODOS, DeploymentState.RESTARTING, DeploymentState.FAILED, Optional.of(EXITED));
    metrics.transitioned(TODOS, DeploymentState.STOPPING, DeploymentState.FAILED, Optional.empty());
    assertThat(meters.counts)
        .containsOnlyKeys(
            "orchestrator_deployment_failures_total{reason=exited}",
            "orchestrator_deployment_failures_total{reason=other}");
  }

  @Test
  void startsEveryKnownReasonAtZero() {
    metrics.announce(new Startup());

    assertThat(meters.counts)
        .hasSize(FailureCode.values().length)
        .containsEntry("orchestrator_deployment_failures_total{reason=image_not_found}", 0);
    assertThat(meters.times).hasSize(4);
  }

  @Test
  void givesAppsPastTheBoundOneCommonLabel() {
    for (int i = 0; i < AppLabels.MOST; i++) {
      metrics.started(new AppName("app" + i), true);
    }
    metrics.started(TODOS, true);
    metrics.started(new AppName("notes"), true);
    metrics.started(new AppName("app0"), true);

    assertThat(meters.counts)
        .hasSize(AppLabels.MOST + 1)
        .containsEntry("orchestrator_container_starts_total{app=other,outcome=succeeded}", 2)
        .containsEntry("orchestrator_container_starts_total{app=app0,outcome=succeeded}", 2);
  }
}

package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.container.ContainerWorkloads;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.engine.VerdictSuspension;
import io.appserver.orchestrator.convergence.look.Holding;
import io.appserver.orchestrator.convergence.look.Placement;
import io.appserver.orchestrator.convergence.look.Purge;
import io.appserver.orchestrator.convergence.look.WantedApp;
import io.appserver.orchestrator.convergence.look.WantedRow;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lanes;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;

/**
 * Hands out what is no bean by itself: the time, its clocks, the bounds, and what comes from
 * packages that are not searched for beans.
 */
@Dependent
class ConvergenceProducer {

  @Produces
  @Singleton
  TimeSource time() {
    return TimeSource.REAL;
  }

  @Produces
  @Singleton
  Clock clock(TimeSource time) {
    return time.clock();
  }

  @Produces
  @Singleton
  LeaseClock leases(TimeSource time) {
    return new LeaseClock(time::nanoTime);
  }

  @Produces
  @Singleton
  Lanes lanes(Settings settings, TimeSource time) {
    return Lanes.of(settings.containers().maxConcurrentDeployments(), Lanes.PATIENCE, time);
  }

  @Produces
  @Singleton
  WorkerLimits limits() {
    return WorkerLimits.USUAL;
  }

  @Produces
  @Singleton
  ContainerWorkloads workloads(
      Settings settings,
      AppCatalog catalog,
      Deployments deployments,
      Volumes volumes,
      RuntimeView view,
      HealthProbe probe,
      DeploymentWriter writer) {
    return new ContainerWorkloads(settings, catalog, deployments, volumes, view, probe, writer);
  }

  @Produces
  @Singleton
  WorkloadControl control(
      ContainerWorkloads workloads,
      Identity identity,
      JournaledCalls calls,
      WorkStore work,
      TimeSource time,
      EngineOutage outage,
      VerdictSuspension suspension) {
    return workloads.control(identity, calls, work, time, outage, suspension);
  }

  @Produces
  @Singleton
  WantedApp wanted(
      Placement placement,
      Purge purge,
      WantedRow rows,
      Holding holding,
      DeploymentWriter writer,
      WorkloadControl control) {
    return new WantedApp(placement, purge, rows, holding, writer, control);
  }
}

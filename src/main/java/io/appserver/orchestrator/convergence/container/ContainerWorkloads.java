package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.Evidence;
import io.appserver.orchestrator.convergence.engine.HealthGate;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.engine.Redaction;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Unfinished;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.util.function.BooleanSupplier;

/** Makes the control of workloads that are containers, once it is known who acts. */
public final class ContainerWorkloads {

  private final Settings settings;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final Volumes volumes;
  private final RuntimeView view;
  private final HealthProbe probe;
  private final DeploymentWriter writer;

  public ContainerWorkloads(
      Settings settings,
      AppCatalog catalog,
      Deployments deployments,
      Volumes volumes,
      RuntimeView view,
      HealthProbe probe,
      DeploymentWriter writer) {
    this.settings = settings;
    this.catalog = catalog;
    this.deployments = deployments;
    this.volumes = volumes;
    this.view = view;
    this.probe = probe;
    this.writer = writer;
  }

  /**
   * The control.
   *
   * @param calls change what the engine has
   * @param outage knows when the engine was in trouble
   * @param suspended whether the host is in trouble, so that nothing is to be held against an app
   */
  public WorkloadControl control(
      Identity identity,
      JournaledCalls calls,
      WorkStore work,
      TimeSource time,
      EngineOutage outage,
      BooleanSupplier suspended) {
    var gate =
        new HealthGate(
            view,
            probe,
            writer,
            time,
            settings.timeouts().start(),
            settings.healthChecks().timeout(),
            suspended);
    return new ContainerControl(
        new Parts(
            settings,
            identity,
            catalog,
            deployments,
            volumes,
            view,
            calls,
            new Containers(settings, identity, view, calls, work, deployments),
            new Dependencies(identity, catalog, deployments, writer),
            gate,
            writer,
            new Evidence(view, new Redaction(settings), settings.apps().nodeEnv()),
            outage,
            new Unfinished(),
            time.clock()));
  }
}

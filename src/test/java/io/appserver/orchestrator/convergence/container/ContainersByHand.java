package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.Evidence;
import io.appserver.orchestrator.convergence.engine.HealthGate;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.engine.VerdictSuspension;
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

/** Puts together by hand, as CDI does in a server, who runs apps as containers. */
public final class ContainersByHand {

  private final Settings settings;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final Volumes volumes;
  private final RuntimeView view;
  private final HealthProbe probe;
  private final DeploymentWriter writer;

  public ContainersByHand(
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

  /** Acts as that identity. */
  public WorkloadControl control(
      Identity who,
      JournaledCalls calls,
      WorkStore work,
      TimeSource time,
      EngineOutage outage,
      VerdictSuspension verdicts) {
    var containers = new Containers(settings, who, view, calls, work, deployments);
    var dependencies = new Dependencies(who, catalog, deployments, writer);
    var gate = new HealthGate(view, probe, writer, time, settings, verdicts);
    var evidence = new Evidence(view, settings);
    var storage = new Storage(who, volumes, view, calls, containers, writer);
    var clearing = new Clearing(containers, storage, new Unfinished());
    var givingUp = new GivingUp(dependencies);
    var restarts = new Restarts(settings, containers, outage, evidence, writer, givingUp);
    var nextTry = new NextTry(containers, outage, evidence, storage);
    var wayBack = new WayBack(calls, containers, gate, outage, restarts, nextTry, givingUp);
    var failures =
        new FailureHandling(
            outage,
            nextTry,
            new Rollback(calls, containers, clearing, storage, wayBack, nextTry, givingUp),
            new KeptVersion(containers, restarts, wayBack),
            clearing,
            storage,
            givingUp);
    var healthWait = new HealthWait(gate, containers, dependencies);
    var keepRunning =
        new KeepRunning(
            calls,
            containers,
            outage,
            gate,
            restarts,
            new ByHand(settings, view, calls, containers),
            healthWait);
    var reasons = new Reasons(deployments);
    return new ContainerControl(
        containers,
        new KnownVolumes(who, volumes, view, calls, containers, writer),
        outage,
        new Standing(
            catalog,
            keepRunning,
            new MissingContainer(writer),
            new WrongSettings(keepRunning, failures, nextTry, reasons),
            nextTry,
            new RowUpkeep(who),
            reasons),
        new BringUp(
            dependencies,
            storage,
            new NewContainer(settings, who, view, calls, containers, storage),
            new Replacement(calls, containers),
            healthWait,
            containers),
        failures,
        clearing);
  }
}

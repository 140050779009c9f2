package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceByHand.Stores;
import io.appserver.orchestrator.convergence.ConvergenceByHand.Threads;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.Ownership;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.supervision.reconcile.NodeSnapshots;
import io.appserver.orchestrator.supervision.reconcile.ProbeTargets;
import io.appserver.orchestrator.supervision.reconcile.ReconcileLoop;
import io.appserver.orchestrator.supervision.reconcile.ReconciliationReport;
import io.appserver.orchestrator.supervision.reconcile.RegistryProbe;
import io.appserver.orchestrator.supervision.reconcile.SnapshotReader;
import io.appserver.orchestrator.supervision.reconcile.WaitingApps;
import io.appserver.orchestrator.supervision.term.LeaderTerm;
import io.appserver.orchestrator.supervision.watch.EngineChecks;
import io.appserver.orchestrator.supervision.watch.Probes;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The supervision of an instance without a server: put together as CDI does it there. */
public record SupervisionByHand(
    Settings settings,
    Identity identity,
    ConvergenceService convergence,
    Stores stores,
    RuntimeView view,
    HealthProbe probe,
    Threads threads) {

  /**
   * Not started.
   *
   * @param nodes say whose turn it is
   */
  public Supervision service(Nodes nodes) {
    var reports = new Reports(List.of());
    return new Supervision(
        nodes, () -> term(reports), reports, threads.executor(), threads.scheduler());
  }

  private LeaderTerm term(Consumer<ReconciliationReport> reports) {
    var checks = new EngineChecks(view, identity.installation());
    var probes =
        new Probes(
            probe, checks, settings.healthChecks(), List.of(), threads.executor(), threads.time());
    var registry = new RegistryProbe(settings.registry().url());
    return new LeaderTerm(loop(probes, threads.executor(), registry, reports), view, convergence);
  }

  /**
   * The loop of a turn.
   *
   * @param asks asks the engine and the registry
   */
  ReconcileLoop loop(
      Probes probes,
      Executor asks,
      BooleanSupplier registry,
      Consumer<ReconciliationReport> reports) {
    var ours = new Ownership(identity.installation(), settings.containers().namePrefix());
    return new ReconcileLoop(
        settings,
        convergence,
        new NodeSnapshots(
            new SnapshotReader(
                view,
                stores.catalog(),
                stores.deployments(),
                stores.requests(),
                stores.transactions()),
            identity),
        new ProbeTargets(
            view, stores.deployments(), probes, ours::ownsRecorded, convergence::signalHere, asks),
        new WaitingApps(convergence::signalHere, registry, asks, threads.time().clock()),
        reports,
        threads.time());
  }
}

package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.Ownership;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.supervision.reconcile.ProbeTargets;
import io.appserver.orchestrator.supervision.reconcile.ReconcileLoop;
import io.appserver.orchestrator.supervision.reconcile.SnapshotReader;
import io.appserver.orchestrator.supervision.reconcile.WaitingApps;
import io.appserver.orchestrator.supervision.watch.Probes;
import io.appserver.orchestrator.supervision.watch.RecordedVerdicts;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/** A supervisor that works when it is called, in the caller's thread. */
public final class SupervisionOnCall {

  private final ReconcileLoop loop;
  private int tasks;

  public SupervisionOnCall(
      Settings settings,
      Identity identity,
      ConvergenceService convergence,
      SnapshotReader snapshots,
      Deployments deployments,
      RuntimeView view,
      HealthProbe probe,
      ExecutorService executor,
      TimeSource time) {
    var probes =
        new Probes(
            probe,
            Set::of,
            settings.healthChecks(),
            List.of(),
            executor,
            time,
            new RecordedVerdicts());
    loop =
        new ReconcileLoop(
            settings,
            identity,
            convergence,
            snapshots,
            new ProbeTargets(
                view,
                deployments,
                probes,
                new Ownership(identity.installation(), settings.containers().namePrefix())
                    ::ownsRecorded,
                convergence::signalHere,
                Runnable::run),
            new WaitingApps(convergence::signalHere, () -> false, Runnable::run, time.clock()),
            report -> {},
            time);
  }

  public void heard(EngineEvent event) {
    loop.heard(event);
    tasks++;
  }

  /** Of the same event that often. */
  void heard(EngineEvent event, int times) {
    for (int i = 0; i < times; i++) {
      loop.heard(event);
    }
    tasks++;
  }

  public void reconcile(Cause cause) {
    loop.reconcile(cause);
    tasks++;
  }

  public void stop() {
    loop.stop();
  }

  /** Does what it was told of, and what is due; what goes wrong is seen to as it always is. */
  public void turn() throws InterruptedException {
    do {
      tasks = Math.max(0, tasks - 1);
      loop.attempt(Duration.ZERO);
    } while (tasks > 0);
  }
}

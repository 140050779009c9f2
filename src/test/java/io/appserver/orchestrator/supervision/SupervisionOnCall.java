package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.container.EngineEvent;
import io.appserver.orchestrator.container.HealthProbe;
import io.appserver.orchestrator.container.Ownership;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.convergence.Cause;
import io.appserver.orchestrator.convergence.Identity;
import io.appserver.orchestrator.convergence.Orchestration;
import io.appserver.orchestrator.convergence.Time;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.Deployments;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/** A supervisor that works when it is called, in the caller's thread. */
public final class SupervisionOnCall {

  private final Supervisor supervisor;
  private int tasks;

  public SupervisionOnCall(
      Settings settings,
      Identity identity,
      Orchestration orchestration,
      Surroundings surroundings,
      Deployments deployments,
      RuntimeView view,
      HealthProbe probe,
      ExecutorService executor,
      Time time) {
    var probes =
        new Probes(
            probe,
            Set::of,
            settings.healthChecks(),
            List.of(),
            executor,
            time,
            new RecordedVerdicts());
    supervisor =
        new Supervisor(
            settings,
            identity,
            orchestration,
            surroundings,
            new Watchlist(
                view,
                deployments,
                probes,
                new Ownership(identity.installation(), settings.containers().namePrefix())
                    ::ownsRecorded,
                app -> orchestration.signalHere(app, Cause.ENDED)),
            new Parked(orchestration::signalHere, () -> false, Runnable::run, time.clock()),
            report -> {},
            time);
  }

  public void heard(EngineEvent event) {
    supervisor.heard(event);
    tasks++;
  }

  public void reconcile(Cause cause) {
    supervisor.reconcile(cause);
    tasks++;
  }

  /** Does what it was told of, and what is due. */
  public void turn() throws InterruptedException {
    try {
      do {
        tasks = Math.max(0, tasks - 1);
        supervisor.turn(Duration.ZERO);
      } while (tasks > 0);
    } catch (DeploymentException e) {
      reconcile(Cause.ENGINE_BACK); // as the supervisor does
    }
  }
}

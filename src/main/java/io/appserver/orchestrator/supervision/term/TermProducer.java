package io.appserver.orchestrator.supervision.term;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.Ownership;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.supervision.reconcile.ProbeTargets;
import io.appserver.orchestrator.supervision.reconcile.RegistryProbe;
import io.appserver.orchestrator.supervision.reconcile.WaitingApps;
import io.appserver.orchestrator.supervision.watch.EngineChecks;
import io.appserver.orchestrator.supervision.watch.Probes;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.util.concurrent.ExecutorService;

/**
 * Makes what a turn needs and what is no bean by itself, for each turn anew: nothing of one turn is
 * left in the next.
 */
@Dependent
class TermProducer {

  @Produces
  @Dependent
  Probes probes(
      HealthProbe probe,
      RuntimeView view,
      Identity who,
      Settings settings,
      @Any Instance<ConvergenceObserver> observers,
      ExecutorService executor,
      TimeSource time) {
    var checks = new EngineChecks(view, who.installation());
    return new Probes(probe, checks, settings.healthChecks(), observers, executor, time);
  }

  @Produces
  @Dependent
  ProbeTargets targets(
      RuntimeView view,
      Deployments deployments,
      Probes probes,
      Identity who,
      Settings settings,
      ConvergenceService convergence,
      ExecutorService executor) {
    var ours = new Ownership(who.installation(), settings.containers().namePrefix());
    return new ProbeTargets(
        view, deployments, probes, ours::ownsRecorded, convergence::signalHere, executor);
  }

  @Produces
  @Dependent
  WaitingApps waitingApps(
      ConvergenceService convergence, Settings settings, ExecutorService executor, Clock clock) {
    var registry = new RegistryProbe(settings.registry().url());
    return new WaitingApps(convergence::signalHere, registry, executor, clock);
  }
}

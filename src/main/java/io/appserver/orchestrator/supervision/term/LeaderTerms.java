package io.appserver.orchestrator.supervision.term;

import io.appserver.orchestrator.app.AppName;
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
import io.appserver.orchestrator.supervision.reconcile.ReconcileLoop;
import io.appserver.orchestrator.supervision.reconcile.ReconciliationReport;
import io.appserver.orchestrator.supervision.reconcile.RegistryProbe;
import io.appserver.orchestrator.supervision.reconcile.SnapshotReader;
import io.appserver.orchestrator.supervision.reconcile.WaitingApps;
import io.appserver.orchestrator.supervision.watch.EngineChecks;
import io.appserver.orchestrator.supervision.watch.EngineWatch;
import io.appserver.orchestrator.supervision.watch.Probes;
import io.appserver.orchestrator.supervision.watch.Verdicts;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts together what a turn to watch needs. */
@Singleton
public class LeaderTerms {

  private final Settings settings;
  private final ConvergenceService convergence;
  private final SnapshotReader snapshots;
  private final Deployments deployments;
  private final RuntimeView view;
  private final HealthProbe probe;
  private final Iterable<ConvergenceObserver> observers;
  private final ExecutorService executor;

  @Inject
  public LeaderTerms(
      Settings settings,
      ConvergenceService convergence,
      SnapshotReader snapshots,
      Deployments deployments,
      RuntimeView view,
      HealthProbe probe,
      @Any Instance<ConvergenceObserver> observers,
      ExecutorService executor) {
    this(
        settings,
        convergence,
        snapshots,
        deployments,
        view,
        probe,
        (Iterable<ConvergenceObserver>) observers,
        executor);
  }

  public LeaderTerms(
      Settings settings,
      ConvergenceService convergence,
      SnapshotReader snapshots,
      Deployments deployments,
      RuntimeView view,
      HealthProbe probe,
      Iterable<ConvergenceObserver> observers,
      ExecutorService executor) {
    this.settings = settings;
    this.convergence = convergence;
    this.snapshots = snapshots;
    this.deployments = deployments;
    this.view = view;
    this.probe = probe;
    this.observers = observers;
    this.executor = executor;
  }

  /**
   * A turn that has not begun.
   *
   * @param reports told of each reconciliation
   */
  public LeaderTerm of(Identity who, Consumer<ReconciliationReport> reports) {
    var verdicts = new LateVerdicts();
    var probes =
        new Probes(
            probe,
            new EngineChecks(view, who.installation()),
            settings.healthChecks(),
            observers,
            executor,
            TimeSource.REAL,
            verdicts);
    probes.engineAnswers(false); // until its events are heard
    var supervisor =
        new ReconcileLoop(
            settings,
            who,
            convergence,
            snapshots,
            new ProbeTargets(
                view,
                deployments,
                probes,
                new Ownership(who.installation(), settings.containers().namePrefix())::ownsRecorded,
                convergence::signalHere,
                executor),
            new WaitingApps(
                convergence::signalHere,
                new RegistryProbe(settings.registry().url()),
                executor,
                TimeSource.REAL.clock()),
            reports,
            TimeSource.REAL);
    verdicts.to = supervisor;
    var watch = new EngineWatch(view, new LeaderTerm.Ears(convergence, supervisor, probes));
    return new LeaderTerm(supervisor, watch, probes);
  }

  /** Probes and supervisor need each other; nothing is told before both are there. */
  private static final class LateVerdicts implements Verdicts {

    private volatile @Nullable Verdicts to;

    @Override
    public void sick(AppName app) {
      there().sick(app);
    }

    @Override
    public void onTrial(AppName app) {
      there().onTrial(app);
    }

    @Override
    public void hostTroubleBegan() {
      there().hostTroubleBegan();
    }

    @Override
    public void hostTroubleEnded() {
      there().hostTroubleEnded();
    }

    private Verdicts there() {
      return Objects.requireNonNull(to, "the turn has not begun");
    }
  }
}

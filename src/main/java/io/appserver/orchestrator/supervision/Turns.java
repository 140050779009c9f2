package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.container.HealthProbe;
import io.appserver.orchestrator.container.Ownership;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.convergence.Cause;
import io.appserver.orchestrator.convergence.ConvergenceObserver;
import io.appserver.orchestrator.convergence.Identity;
import io.appserver.orchestrator.convergence.Orchestration;
import io.appserver.orchestrator.convergence.Time;
import io.appserver.orchestrator.deployment.Deployments;
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
public class Turns {

  private final Settings settings;
  private final Orchestration orchestration;
  private final Surroundings surroundings;
  private final Deployments deployments;
  private final RuntimeView view;
  private final HealthProbe probe;
  private final Iterable<ConvergenceObserver> observers;
  private final ExecutorService executor;

  @Inject
  public Turns(
      Settings settings,
      Orchestration orchestration,
      Surroundings surroundings,
      Deployments deployments,
      RuntimeView view,
      HealthProbe probe,
      @Any Instance<ConvergenceObserver> observers,
      ExecutorService executor) {
    this(
        settings,
        orchestration,
        surroundings,
        deployments,
        view,
        probe,
        (Iterable<ConvergenceObserver>) observers,
        executor);
  }

  public Turns(
      Settings settings,
      Orchestration orchestration,
      Surroundings surroundings,
      Deployments deployments,
      RuntimeView view,
      HealthProbe probe,
      Iterable<ConvergenceObserver> observers,
      ExecutorService executor) {
    this.settings = settings;
    this.orchestration = orchestration;
    this.surroundings = surroundings;
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
  Turn of(Identity who, Consumer<ReconciliationReport> reports) {
    var verdicts = new LateVerdicts();
    var probes =
        new Probes(
            probe,
            new EngineChecks(view, who.installation()),
            settings.healthChecks(),
            observers,
            executor,
            Time.REAL,
            verdicts);
    probes.engineAnswers(false); // until its events are heard
    var supervisor =
        new Supervisor(
            settings,
            who,
            orchestration,
            surroundings,
            new Watchlist(
                view,
                deployments,
                probes,
                new Ownership(who.installation(), settings.containers().namePrefix())::ownsRecorded,
                app -> orchestration.signalHere(app, Cause.ENDED)),
            new Parked(
                orchestration::signalHere,
                new RegistryProbe(settings.registry().url()),
                executor,
                Time.REAL.clock()),
            reports,
            Time.REAL);
    verdicts.to = supervisor;
    var watch = new EngineWatch(view, new Turn.Ears(orchestration, supervisor, probes));
    return new Turn(supervisor, watch, probes);
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

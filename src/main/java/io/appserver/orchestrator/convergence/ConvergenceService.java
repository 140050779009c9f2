package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.container.ContainerWorkloads;
import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.dependency.NodeChoice;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.Journal;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.engine.Pulls;
import io.appserver.orchestrator.convergence.look.Reconciler;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.work.Heartbeat;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.Lanes;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.NotStartedException;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The convergence as the rest sees it: it is started once who we are is known, takes signals, and
 * stops.
 */
@Singleton
public class ConvergenceService implements Signals {

  private final Settings settings;
  private final Transactions transactions;
  private final WorkStore work;
  private final Deployments deployments;
  private final Volumes volumes;
  private final OperatorRequests requests;
  private final AppCatalog catalog;
  private final RuntimeView view;
  private final RuntimeControl control;
  private final HealthProbe probe;
  private final DeploymentWriter writer;
  private final ExecutorService executor;
  private final ScheduledExecutorService scheduler;
  private final TimeSource time;
  private final LeaseClock leases;
  private final LeaseRenewal renewal;
  private final EngineOutage engineOutage;
  private final AtomicBoolean verdictsSuspended = new AtomicBoolean();
  private int mostWorkers = Dispatcher.MOST_WORKERS;
  private Lane.Patience patience = Lanes.PATIENCE;
  private volatile @Nullable Running running;

  private record Running(Identity identity, Dispatcher dispatcher, Future<?> heartbeat) {}

  @Inject
  public ConvergenceService(
      Settings settings,
      Transactions transactions,
      WorkStore work,
      Heartbeat heartbeat,
      Deployments deployments,
      Volumes volumes,
      OperatorRequests requests,
      AppCatalog catalog,
      RuntimeView view,
      RuntimeControl control,
      HealthProbe probe,
      DeploymentWriter writer,
      ExecutorService executor,
      ScheduledExecutorService scheduler) {
    this(
        settings,
        transactions,
        work,
        heartbeat,
        deployments,
        volumes,
        requests,
        catalog,
        view,
        control,
        probe,
        writer,
        executor,
        scheduler,
        TimeSource.REAL);
  }

  public ConvergenceService(
      Settings settings,
      Transactions transactions,
      WorkStore work,
      Heartbeat heartbeat,
      Deployments deployments,
      Volumes volumes,
      OperatorRequests requests,
      AppCatalog catalog,
      RuntimeView view,
      RuntimeControl control,
      HealthProbe probe,
      DeploymentWriter writer,
      ExecutorService executor,
      ScheduledExecutorService scheduler,
      TimeSource time) {
    this.settings = settings;
    this.transactions = transactions;
    this.work = work;
    this.deployments = deployments;
    this.volumes = volumes;
    this.requests = requests;
    this.catalog = catalog;
    this.view = view;
    this.control = control;
    this.probe = probe;
    this.writer = writer;
    this.executor = executor;
    this.scheduler = scheduler;
    this.time = time;
    this.leases = new LeaseClock(time::nanoTime);
    this.renewal = new LeaseRenewal(heartbeat, work, leases, time);
    this.engineOutage = new EngineOutage(view, time);
  }

  /** So many apps are worked on at most, from the next start on. */
  public synchronized void limitWorkers(int most) {
    mostWorkers = most;
  }

  /** A call keeps its place from others so long at most, from the next start on. */
  public synchronized void limitPatience(Lane.Patience withCalls) {
    patience = withCalls;
  }

  /** Begins to work, as that identity. */
  public synchronized void start(Identity identity) {
    if (running != null) {
      throw new IllegalStateException("the convergence runs already");
    }
    Dispatcher dispatcher = dispatcher(identity);
    Future<?> heartbeat = renewal.begin(identity.instance(), scheduler);
    running = new Running(identity, dispatcher, heartbeat);
    executor.execute(dispatcher::dispatch);
  }

  private Dispatcher dispatcher(Identity identity) {
    int most = settings.containers().maxConcurrentDeployments();
    var pulls = new Pulls(control, executor, most, time);
    var acts =
        new JournaledCalls(
            control,
            view,
            new Journal(work, leases),
            writer,
            settings.timeouts().stop(),
            pulls,
            Lanes.of(most, patience, time));
    WorkloadControl workloads =
        new ContainerWorkloads(settings, catalog, deployments, volumes, view, probe, writer)
            .control(identity, acts, work, time, engineOutage, verdictsSuspended::get);
    var all =
        new Reconciling(
            transactions, catalog, deployments, volumes, requests, writer, time.clock());
    Reconciler reconciler =
        all.reconciler(
            identity.node(),
            new NodeChoice(identity.node(), catalog, deployments, work),
            workloads,
            new Dependencies(identity.node(), catalog, deployments, writer));
    var looks = new Looks(identity, work, writer, reconciler, all.aims(), leases, time);
    return new Dispatcher(identity, work, looks, time, executor, pulls, mostWorkers);
  }

  @Override
  public Signal signal(AppName app, Cause cause) {
    Running now = requireRunning();
    return transactions.required(() -> {
      Signal signal = work.signal(now.identity().node(), app, cause);
      transactions.afterCommit(() -> now.dispatcher().nudge(app));
      return signal;
    });
  }

  /** Signals the app at this node, whichever it belongs to. */
  public void signalHere(AppName app, Cause cause) {
    Running now = requireRunning();
    work.signalAt(now.identity().node(), app, cause);
    now.dispatcher().nudge(app);
  }

  /** The engine was lost, or is back: what ended around now has not failed. */
  public void engineWasInTrouble() {
    engineOutage.seen();
  }

  /**
   * The host is in trouble, or is not any more: an app that is not healthy in time is waited for
   * meanwhile.
   */
  public void suspendVerdicts(boolean suspended) {
    verdictsSuspended.set(suspended);
  }

  /** At rest work is looked for less often: no other instance may be there that signals. */
  public void rest(boolean atRest) {
    Optional.ofNullable(running).ifPresent(now -> now.dispatcher().rest(atRest));
  }

  /** Apps that were signalled here and not looked at to the end since. */
  public Set<AppName> unhandled() {
    return work.unhandled(requireRunning().identity().node());
  }

  /** How many apps are being worked on now. */
  public int busy() {
    Running now = running;
    return now == null ? 0 : now.dispatcher().busy();
  }

  /**
   * How long ago it last began to look for work, or to prolong its leases, whichever is longer:
   * seconds as long as it works, whatever that comes to. Empty while it does not run.
   */
  public Optional<Duration> silence() {
    Running now = running;
    return now == null
        ? Optional.empty()
        : Optional.of(Collections.max(List.of(now.dispatcher().silence(), renewal.silence())));
  }

  /** Breaks off what waits and gives the leases back. */
  public synchronized void stop(Duration atMost) {
    Running now = running;
    if (now != null) {
      running = null;
      try {
        now.dispatcher().stop(atMost);
      } finally {
        now.heartbeat().cancel(false);
      }
    }
  }

  private Running requireRunning() {
    Running now = running;
    if (now == null) {
      throw new NotStartedException("the convergence does not run yet, or not any more");
    }
    return now;
  }
}

package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.jpa.PlatformTables;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.container.ContainersByHand;
import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.dependency.NodeChoice;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.Journal;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.engine.Pulls;
import io.appserver.orchestrator.convergence.engine.VerdictSuspension;
import io.appserver.orchestrator.convergence.jpa.JdbcHeartbeat;
import io.appserver.orchestrator.convergence.jpa.JpaOperatorRequests;
import io.appserver.orchestrator.convergence.jpa.JpaWorkStore;
import io.appserver.orchestrator.convergence.look.Aims;
import io.appserver.orchestrator.convergence.look.BlindLook;
import io.appserver.orchestrator.convergence.look.Gather;
import io.appserver.orchestrator.convergence.look.Holding;
import io.appserver.orchestrator.convergence.look.Placement;
import io.appserver.orchestrator.convergence.look.Purge;
import io.appserver.orchestrator.convergence.look.Reconciler;
import io.appserver.orchestrator.convergence.look.Removal;
import io.appserver.orchestrator.convergence.look.UnwantedApp;
import io.appserver.orchestrator.convergence.look.WantedApp;
import io.appserver.orchestrator.convergence.look.WantedRow;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Unfinished;
import io.appserver.orchestrator.convergence.work.Heartbeat;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.Lanes;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.deployment.jpa.JpaDeployments;
import io.appserver.orchestrator.deployment.jpa.JpaVolumes;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.testing.TestDatabase;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The convergence without a server: put together as CDI does it there, and anew at each start, so
 * that a test can stop it and start it as somebody else.
 */
public final class ConvergenceByHand {

  private final Settings settings;
  private final Stores stores;
  private final Engine engine;
  private final DeploymentWriter writer;
  private final Threads threads;
  private final TimeSource time;
  private final LeaseClock leases;
  private final EngineOutage outage;
  private final VerdictSuspension verdicts = new VerdictSuspension();
  private final WorkerIdentity identity = new WorkerIdentity();
  private final ConvergenceService service;
  private WorkerLimits limits = WorkerLimits.USUAL;
  private Lane.Patience patience = Lanes.PATIENCE;

  /** What is kept in the database, and what is read there. */
  public record Stores(
      Transactions transactions,
      WorkStore work,
      Heartbeat heartbeat,
      Deployments deployments,
      Volumes volumes,
      OperatorRequests requests,
      AppCatalog catalog) {

    public static Stores in(TestDatabase database) {
      var entities = database.entities();
      return new Stores(
          database.transactions(),
          database.transactional(WorkStore.class, new JpaWorkStore(entities)),
          new JdbcHeartbeat(database.dataSource()),
          database.transactional(Deployments.class, new JpaDeployments(entities)),
          database.transactional(Volumes.class, new JpaVolumes(entities)),
          database.transactional(OperatorRequests.class, new JpaOperatorRequests(entities)),
          database.transactional(AppCatalog.class, new PlatformTables(entities)));
    }
  }

  /** The sides of an engine. */
  public record Engine(RuntimeView view, RuntimeControl control, HealthProbe probe) {}

  /** Who does the work, and what time it is for them. */
  public record Threads(
      ExecutorService executor, ScheduledExecutorService scheduler, TimeSource time) {

    public Threads(ExecutorService executor, ScheduledExecutorService scheduler) {
      this(executor, scheduler, TimeSource.REAL);
    }
  }

  public ConvergenceByHand(
      Settings settings, Stores stores, Engine engine, DeploymentWriter writer, Threads threads) {
    this.settings = settings;
    this.stores = stores;
    this.engine = engine;
    this.writer = writer;
    this.threads = threads;
    time = threads.time();
    leases = new LeaseClock(time::nanoTime);
    outage = new EngineOutage(engine.view(), time);
    service =
        new ConvergenceService(
            stores.transactions(),
            stores.work(),
            identity,
            this::dispatcher,
            new LeaseRenewal(stores.heartbeat(), stores.work(), leases, time, threads.scheduler()),
            outage,
            verdicts);
  }

  /** Not started. */
  public ConvergenceService service() {
    return service;
  }

  /** So many apps are worked on at most, from the next start on. */
  public void limitWorkers(int most) {
    limits = new WorkerLimits(limits.looks(), most);
  }

  /** A call keeps its place from others so long at most, from the next start on. */
  public void limitPatience(Lane.Patience withCalls) {
    patience = withCalls;
  }

  private Dispatcher dispatcher() {
    Identity who = identity.get();
    var pulls = new Pulls(engine.control(), threads.executor(), settings, time);
    var calls =
        new JournaledCalls(
            engine.control(),
            engine.view(),
            new Journal(stores.work(), leases),
            writer,
            settings,
            pulls,
            Lanes.of(settings.containers().maxConcurrentDeployments(), patience, time));
    WorkloadControl control =
        new ContainersByHand(
                settings,
                stores.catalog(),
                stores.deployments(),
                stores.volumes(),
                engine.view(),
                engine.probe(),
                writer)
            .control(who, calls, stores.work(), time, outage, verdicts);
    var aims = new Aims(stores.catalog(), stores.requests());
    Reconciler reconciler = reconciler(who, stores, control, writer, time.clock());
    var looks = new Looks(who, stores.work(), writer, reconciler, aims, leases, time);
    return new Dispatcher(who, stores.work(), looks, time, threads.executor(), pulls, limits);
  }

  /** Who looks at apps for that instance, whatever engine it has. */
  static Reconciler reconciler(
      Identity who, Stores stores, WorkloadControl control, DeploymentWriter writer, Clock clock) {
    AppCatalog catalog = stores.catalog();
    Deployments deployments = stores.deployments();
    OperatorRequests requests = stores.requests();
    var nodes = new NodeChoice(who, catalog, deployments, stores.work());
    var dependencies = new Dependencies(who, catalog, deployments, writer);
    var placement = new Placement(who, nodes, requests, writer, control, clock);
    var purge =
        new Purge(who, stores.volumes(), deployments, writer, new Unfinished(), control, clock);
    var removal = new Removal(control, dependencies, requests, writer, clock);
    var holding = new Holding(control, dependencies, clock);
    return new Reconciler(
        control,
        new Gather(who, stores.transactions(), catalog, deployments, requests, control),
        new WantedApp(placement, purge, new WantedRow(who, clock), holding, writer, control, clock),
        new UnwantedApp(catalog, removal, placement, purge),
        placement,
        new BlindLook(catalog, deployments, writer, clock));
  }
}

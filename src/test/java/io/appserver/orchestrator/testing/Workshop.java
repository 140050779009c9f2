package io.appserver.orchestrator.testing;

import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceByHand;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.jpa.JpaNodes;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.Operations;
import io.appserver.orchestrator.convergence.operation.OperationsByHand;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.LookObserver;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.supervision.Supervision;
import io.appserver.orchestrator.supervision.SupervisionByHand;
import io.appserver.orchestrator.supervision.SupervisionOnCall;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The convergence with a real database and a fake engine, outside of the server. */
public final class Workshop implements AutoCloseable {

  public static final String REGISTRY = "registry.test";

  public final TestDatabase database;
  public final FakeEngine engine = new FakeEngine();
  public final List<Look> looks = new CopyOnWriteArrayList<>();

  /** Why containers were started again, as observers are told. */
  public final List<FailureCode> restarts = new CopyOnWriteArrayList<>();

  public final WorkStore work;
  public final Deployments deployments;
  public final Volumes volumes;
  public final AppCatalog catalog;
  public final OperatorRequests requests;
  public final Nodes nodes;

  /** What {@link #convergence} is made of; it can be limited before the next start. */
  public final ConvergenceByHand byHand;

  public final ConvergenceService convergence;
  public final Operations operations;
  private final ConvergenceByHand.Stores stores;
  private final List<Supervision> supervisions = new CopyOnWriteArrayList<>();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(4);

  /** On the database, which is emptied. */
  public Workshop(TestDatabase database, Duration startTimeout) {
    database.clear();
    this.database = database;
    stores = ConvergenceByHand.Stores.in(database);
    work = stores.work();
    deployments = stores.deployments();
    volumes = stores.volumes();
    catalog = stores.catalog();
    requests = stores.requests();
    nodes = database.transactional(Nodes.class, new JpaNodes(database.entities()));
    byHand = byHand(settings(startTimeout), engine);
    convergence = byHand.service();
    var identity = new Identity("test", "node", UUID.randomUUID());
    database.execute("INSERT INTO orchestrator_node (name, engine_id) VALUES ('node', 'fake')");
    operations = OperationsByHand.of(stores, nodes, convergence, () -> identity);
    convergence.start(identity);
  }

  /** Begins to watch and to reconcile, with that interval of health checks. */
  public Supervision supervise(Duration interval) {
    return supervise(settings(interval, false), engine, nodes);
  }

  /** Begins to watch an engine as it looks from there, in turns as those nodes have it. */
  public Supervision supervise(Settings settings, RuntimeView view, Nodes nodes) {
    return supervise(
        convergence,
        view,
        engine,
        nodes,
        new Identity("test", "node", UUID.randomUUID()),
        settings);
  }

  /** Begins to watch an engine. */
  public Supervision supervise(
      ConvergenceService instance, FakeEngine engine, Identity identity, Settings settings) {
    return supervise(instance, engine, engine, nodes, identity, settings);
  }

  private Supervision supervise(
      ConvergenceService instance,
      RuntimeView view,
      HealthProbe probe,
      Nodes nodes,
      Identity identity,
      Settings settings) {
    var supervision =
        new SupervisionByHand(
                settings,
                identity,
                instance,
                stores,
                view,
                probe,
                new ConvergenceByHand.Threads(executor, scheduler))
            .service(nodes);
    supervisions.add(supervision);
    supervision.start(identity);
    return supervision;
  }

  /** Watches the engine when it is called, by that time. */
  public SupervisionOnCall superviseOnCall(
      Settings settings, ExecutorService executor, TimeSource time) {
    return new SupervisionOnCall(
        new SupervisionByHand(
            settings,
            new Identity("test", "node", UUID.randomUUID()),
            convergence,
            stores,
            engine,
            engine,
            new ConvergenceByHand.Threads(executor, scheduler, time)));
  }

  /** With that interval of health checks. */
  public static Settings settings(Duration interval, boolean orphanDryRun) {
    Settings all = settings(Duration.ofSeconds(2));
    return new Settings(
        all.eventbusEnabled(),
        all.dockerEnabled(),
        all.broker(),
        all.database(),
        all.engine(),
        all.registry(),
        all.containers(),
        all.timeouts(),
        new Settings.HealthChecks(interval, Duration.ofSeconds(1), 3),
        new Settings.Reconciliation(
            Duration.ofSeconds(30), Duration.ofMinutes(5), orphanDryRun, Duration.ofDays(90)),
        all.apps(),
        all.access());
  }

  /** Another instance on the same database and engine; not started. */
  public ConvergenceService orchestration(Settings settings) {
    return orchestration(settings, engine);
  }

  /** An instance on an engine of its own; not started. */
  public ConvergenceService orchestration(Settings settings, FakeEngine engine) {
    return byHand(settings, engine).service();
  }

  private ConvergenceByHand byHand(Settings settings, FakeEngine engine) {
    return new ConvergenceByHand(
        settings,
        stores,
        new ConvergenceByHand.Engine(engine, engine, engine),
        new DeploymentWriter(
            database.transactions(),
            work,
            deployments,
            TimeSource.REAL,
            List.of(restartsAreNoted()),
            List.<LookObserver>of(looks::add)),
        new ConvergenceByHand.Threads(executor, scheduler));
  }

  private ConvergenceObserver restartsAreNoted() {
    return new ConvergenceObserver() {
      @Override
      public void restarted(AppName app, Failure reason) {
        restarts.add(reason.code());
      }
    };
  }

  public static Settings settings(Duration startTimeout) {
    return settingsAdopting(startTimeout, false);
  }

  /** The operator's word that unlabelled containers may be taken over. */
  public static Settings adopting() {
    return settingsAdopting(Duration.ofSeconds(2), true);
  }

  private static Settings settingsAdopting(Duration startTimeout, boolean adopt) {
    return new Settings(
        true,
        true,
        new Settings.Broker(new Secret("amqp://unused"), "quorum"),
        new Settings.Database(
            "db", 5432, "partner", "partner", new Secret("s3cret-word"), "disable", "appserver"),
        new Settings.Engine("unix:///unused", Optional.empty(), Optional.empty(), Optional.empty()),
        new Settings.Registry(REGISTRY, Optional.empty(), new Secret("")),
        new Settings.Containers("appnet", "app-", adopt, 1024, 512, 512, "latest", 3, 4),
        new Settings.Timeouts(Duration.ofMinutes(1), startTimeout, Duration.ofSeconds(1)),
        new Settings.HealthChecks(Duration.ofSeconds(30), Duration.ofSeconds(1), 3),
        new Settings.Reconciliation(
            Duration.ofMinutes(2), Duration.ofMinutes(5), false, Duration.ofDays(90)),
        new Settings.Apps("http://appserver:8080", "appserver:9091", "production", Map.of()),
        Settings.Access.CLOSED);
  }

  /** Writes the app's row, and its image into the registry. */
  public UUID app(String name, String state) {
    UUID id = UUID.randomUUID();
    database.execute("INSERT INTO apps VALUES ('%s', '%s', '%s')".formatted(id, name, state));
    engine.offer("%s/%s:latest".formatted(REGISTRY, name));
    return id;
  }

  /** An app that was installed and runs, while nothing else goes on. */
  public UUID healthyApp(String name) {
    UUID id = app(name, "installed");
    install(name);
    awaitState(name, "healthy");
    awaitRest();
    return id;
  }

  public void set(String name, String state) {
    database.execute("UPDATE apps SET state = '%s' WHERE name = '%s'".formatted(state, name));
  }

  public void setting(UUID app, String key, String value) {
    database.execute("INSERT INTO settings VALUES ('%s', '%s', '%s')".formatted(app, key, value));
  }

  public void dependency(UUID dependant, UUID needed, String kind) {
    database.execute(
        "INSERT INTO dependencies VALUES ('%s', '%s', '%s')".formatted(dependant, needed, kind));
  }

  public void signal(String name, Cause cause) {
    convergence.signal(new AppName(name), cause);
  }

  public void install(String name) {
    set(name, "installed");
    signal(name, Cause.INSTALLED);
  }

  public void uninstall(String name) {
    set(name, "registered");
    signal(name, Cause.UNINSTALLED);
  }

  /** An event alone, whatever the platform says. */
  public void uninstallEvent(String name) {
    signal(name, Cause.UNINSTALLED);
  }

  public String state(String name) {
    return String.join(
        ",",
        database.rows(
            "SELECT state FROM deployments WHERE app_name = '%s' ORDER BY created_at"
                .formatted(name)));
  }

  public String reason(String name) {
    return String.join(
        ",",
        database.rows("SELECT reason_code FROM deployments WHERE app_name = '%s'".formatted(name)));
  }

  public void awaitState(String name, String state) {
    await(name + " " + state)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> state(name), state::equals);
  }

  /** Waits until nobody works on anything and no signal is unhandled. */
  public void awaitRest() {
    await("rest")
        .pollInterval(Duration.ofMillis(10))
        .until(() ->
            convergence.busy() == 0
                && database
                    .rows("SELECT 1 FROM orchestrator_work WHERE signal_seq > handled_seq")
                    .isEmpty());
  }

  /** Ends the pauses of all apps, and waits for what comes of it. */
  public void endPauses() {
    int before = looks.size();
    database.execute("UPDATE orchestrator_work SET wake_at = now()");
    await("looked at again").until(() -> looks.size() > before);
    awaitRest();
  }

  /** How many seconds it is until that app is looked at by itself. */
  public long pause(String name) {
    return Long.parseLong(
        database
            .rows(
                "SELECT ceil(extract(epoch FROM wake_at - now())) FROM orchestrator_work WHERE app_name = '%s'"
                    .formatted(name))
            .getFirst());
  }

  /** The states the app went through, in order. */
  public List<String> course(String name) {
    return database.rows(
        """
        SELECT to_state FROM orchestrator_history
        WHERE app_name = '%s' AND from_state IS DISTINCT FROM to_state ORDER BY id
        """
            .formatted(name));
  }

  @Override
  public void close() {
    supervisions.forEach(Supervision::stop);
    convergence.stop(Duration.ofSeconds(5));
    executor.shutdownNow();
    scheduler.shutdownNow();
  }
}

package io.appserver.orchestrator.convergence;

import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.jpa.PlatformTables;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.jpa.JpaNodes;
import io.appserver.orchestrator.convergence.jpa.JpaWishes;
import io.appserver.orchestrator.convergence.jpa.JpaWorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.jpa.JpaDeployments;
import io.appserver.orchestrator.testing.FakeEngine;
import io.appserver.orchestrator.testing.TestDatabase;
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
final class Workshop implements AutoCloseable {

  static final String REGISTRY = "registry.test";

  final TestDatabase database;
  final FakeEngine engine = new FakeEngine();
  final List<Look> looks = new CopyOnWriteArrayList<>();
  final WorkStore work;
  final Deployments deployments;
  final AppCatalog catalog;
  final Wishes wishes;
  final Nodes nodes;
  final Orchestration orchestration;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);

  /** On the database, which is emptied. */
  Workshop(TestDatabase database, Duration startTimeout) {
    database.clear();
    this.database = database;
    work = database.transactional(WorkStore.class, new JpaWorkStore(database.entities()));
    deployments =
        database.transactional(Deployments.class, new JpaDeployments(database.entities()));
    catalog = database.transactional(AppCatalog.class, new PlatformTables(database.entities()));
    wishes = database.transactional(Wishes.class, new JpaWishes(database.entities()));
    nodes = database.transactional(Nodes.class, new JpaNodes(database.entities()));
    orchestration = orchestration(settings(startTimeout));
    orchestration.start(new Identity("test", "node", UUID.randomUUID()));
  }

  /** Another instance on the same database and engine; not started. */
  Orchestration orchestration(Settings settings) {
    return new Orchestration(
        settings,
        database.transactions(),
        work,
        this::beat,
        deployments,
        wishes,
        catalog,
        engine,
        engine,
        engine,
        new Ledger(
            database.transactions(),
            work,
            deployments,
            List.of(),
            List.<LookObserver>of(looks::add)),
        executor,
        scheduler);
  }

  private void beat(UUID owner, Duration ttl) {
    database.execute(
        """
        UPDATE orchestrator_work SET lease_expires = clock_timestamp() + %d * interval '1 millisecond'
        WHERE lease_owner = '%s' AND lease_expires > clock_timestamp()
        """
            .formatted(ttl.toMillis(), owner));
  }

  static Settings settings(Duration startTimeout) {
    return settings(startTimeout, false);
  }

  /** The operator's word that unlabelled containers may be taken over. */
  static Settings adopting() {
    return settings(Duration.ofSeconds(2), true);
  }

  private static Settings settings(Duration startTimeout, boolean adopt) {
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
        new Settings.Reconciliation(Duration.ofMinutes(2), Duration.ofMinutes(5)),
        new Settings.Apps("http://appserver:8080", "appserver:9091", "production", Map.of()));
  }

  /** Writes the app's row, and its image into the registry. */
  UUID app(String name, String state) {
    UUID id = UUID.randomUUID();
    database.execute("INSERT INTO apps VALUES ('%s', '%s', '%s')".formatted(id, name, state));
    engine.offer("%s/%s:latest".formatted(REGISTRY, name));
    return id;
  }

  void set(String name, String state) {
    database.execute("UPDATE apps SET state = '%s' WHERE name = '%s'".formatted(state, name));
  }

  void setting(UUID app, String key, String value) {
    database.execute("INSERT INTO settings VALUES ('%s', '%s', '%s')".formatted(app, key, value));
  }

  void dependency(UUID dependant, UUID needed, String kind) {
    database.execute(
        "INSERT INTO dependencies VALUES ('%s', '%s', '%s')".formatted(dependant, needed, kind));
  }

  void signal(String name, Cause cause) {
    orchestration.signal(new AppName(name), cause);
  }

  void install(String name) {
    set(name, "installed");
    signal(name, Cause.INSTALLED);
  }

  void uninstall(String name) {
    set(name, "registered");
    signal(name, Cause.UNINSTALLED);
  }

  String state(String name) {
    return String.join(
        ",",
        database.rows(
            "SELECT state FROM deployments WHERE app_name = '%s' ORDER BY created_at"
                .formatted(name)));
  }

  String reason(String name) {
    return String.join(
        ",",
        database.rows("SELECT reason_code FROM deployments WHERE app_name = '%s'".formatted(name)));
  }

  void awaitState(String name, String state) {
    await(name + " " + state)
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> state(name), state::equals);
  }

  /** Waits until nobody works on anything and no signal is unhandled. */
  void awaitRest() {
    await("rest")
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(10))
        .until(() ->
            orchestration.busy() == 0
                && database
                    .rows("SELECT 1 FROM orchestrator_work WHERE signal_seq > handled_seq")
                    .isEmpty());
  }

  /** The states the app went through, in order. */
  List<String> course(String name) {
    return database.rows(
        """
        SELECT to_state FROM orchestrator_history
        WHERE app_name = '%s' AND from_state IS DISTINCT FROM to_state ORDER BY id
        """
            .formatted(name));
  }

  @Override
  public void close() {
    orchestration.stop(Duration.ofSeconds(5));
    executor.shutdownNow();
    scheduler.shutdownNow();
  }
}

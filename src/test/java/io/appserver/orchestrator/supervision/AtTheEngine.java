package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceByHand;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.jpa.JpaNodes;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.Operations;
import io.appserver.orchestrator.convergence.operation.OperationsByHand;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Engine;
import io.appserver.orchestrator.e2e.support.Registry;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.runtime.docker.DockerRuntime;
import io.appserver.orchestrator.runtime.probe.NetworkHealthProbe;
import io.appserver.orchestrator.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Tests of one app that somebody lays hands on: the real engine, watched as by a server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AtTheEngine {

  private static final String NODE = "by-hand";

  private final String image;
  private final List<String> arguments;
  private final List<String> data;

  private final Services services = Services.fromEnvironment();
  final String installation = UUID.randomUUID().toString();
  final String network = "by-hand-" + installation.substring(0, 8);
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(4);
  final Engine engine = new Engine(services);
  final Registry registry =
      new Registry(
          services, Path.of(System.getProperty("orchestrator.basedir", "")).toAbsolutePath());
  final App app = new App(UUID.randomUUID(), "byhand-" + installation.substring(0, 6));
  TestDatabase database;
  Operations operations;
  private ConvergenceService convergence;
  private Supervision supervision;

  /** The container as it was before anybody touched it. */
  InspectContainerResponse before;

  private long historyBefore;

  /**
   * @param data paths of files that must never be lost
   */
  AtTheEngine(String image, List<String> arguments, List<String> data) {
    this.image = image;
    this.arguments = arguments;
    this.data = data;
  }

  @BeforeAll
  void begin() {
    database = TestDatabase.create();
    database.execute(
        "INSERT INTO orchestrator_node (name, engine_id) VALUES ('%s', 'real')".formatted(NODE));
    var stores = ConvergenceByHand.Stores.in(database);
    WorkStore work = stores.work();
    Deployments deployments = stores.deployments();
    var nodes = database.transactional(Nodes.class, new JpaNodes(database.entities()));
    Settings settings = settings();
    var runtime = DockerRuntime.connect(settings, executor);
    var probe = new NetworkHealthProbe(runtime.view());
    var threads = new ConvergenceByHand.Threads(executor, scheduler);
    convergence =
        new ConvergenceByHand(
                settings,
                stores,
                new ConvergenceByHand.Engine(runtime.view(), runtime.control(), probe),
                new DeploymentWriter(
                    database.transactions(),
                    work,
                    deployments,
                    TimeSource.REAL,
                    List.of(),
                    List.of()),
                threads)
            .service();
    var identity = new Identity(installation, NODE, UUID.randomUUID());
    supervision =
        new SupervisionByHand(
                settings, identity, convergence, stores, runtime.view(), probe, threads)
            .service(nodes);
    operations = OperationsByHand.of(stores, nodes, convergence, () -> identity);
    convergence.start(identity);
    supervision.start(identity);
    registry.push(image, app, arguments.toArray(String[]::new));
    database.execute(
        "INSERT INTO apps VALUES ('%s', '%s', 'installed')".formatted(app.id(), app.name()));
    database.execute(
        "INSERT INTO settings VALUES ('%s', 'docker.volume.path', '/data')".formatted(app.id()));
    signal(Cause.INSTALLED);
    awaitHealthy();
    data.forEach(file -> run("echo kept > " + file));
  }

  @AfterAll
  void end() {
    supervision.stop();
    convergence.stop(Duration.ofSeconds(5));
    registry.close();
    engine.removeAll(installation, registry.references());
    engine.client().removeNetworkCmd(network).exec();
    engine.close();
    database.close();
    executor.shutdownNow();
    scheduler.shutdownNow();
  }

  @BeforeEach
  void note() {
    awaitHealthy();
    database.execute("UPDATE deployments SET restarts = 0, version = version + 1");
    run("echo mine > /tmp/layer");
    before = container();
    historyBefore =
        Long.parseLong(database.rows("SELECT max(id) FROM orchestrator_history").getFirst());
  }

  private Settings settings() {
    return new Settings(
        true,
        true,
        new Settings.Broker(new Secret("amqp://unused"), "quorum"),
        new Settings.Database(
            "db", 5432, "partner", "partner", new Secret("s3cret-word"), "disable", "appserver"),
        new Settings.Engine(
            "unix://" + services.engineSocket(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        new Settings.Registry(
            registry.address(),
            Optional.of(services.registryLogin().user()),
            new Secret(services.registryLogin().password())),
        new Settings.Containers(network, "app-", false, 1024, 64, 512, "latest", 3, 4),
        new Settings.Timeouts(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(2)),
        new Settings.HealthChecks(Duration.ofMillis(500), Duration.ofSeconds(5), 3),
        new Settings.Reconciliation(
            Duration.ofMinutes(2), Duration.ofMinutes(5), false, Duration.ofDays(90)),
        new Settings.Apps("http://appserver:8080", "appserver:9091", "production", Map.of()),
        Settings.Access.CLOSED);
  }

  final void signal(Cause cause) {
    convergence.signal(new AppName(app.name()), cause);
  }

  final void run(String script) {
    assertThat(engine.execute(app.container(), "sh", "-c", script).exitCode()).isZero();
  }

  final boolean has(String file) {
    return engine.execute(app.container(), "test", "-e", file).exitCode() == 0;
  }

  final InspectContainerResponse container() {
    return engine.container(app.container()).orElseThrow();
  }

  /** Healthy in its row, in the container that runs under its name, with an address. */
  final void awaitHealthy() {
    await()
        .untilAsserted(() -> {
          assertThat(database.rows("SELECT state FROM deployments")).containsExactly("healthy");
          assertThat(engine.container(app.container())).isPresent();
          assertThat(container().getState().getStatus()).isEqualTo("running");
          assertThat(database.rows("SELECT container_id FROM deployments"))
              .containsExactly(container().getId());
          assertThat(engine.networks(app.container())).containsKey(network);
          assertThat(engine.networks(app.container()).get(network).getIpAddress()).isNotEmpty();
          assertThat(convergence.busy()).isZero();
        });
  }

  final List<String> told() {
    return database.rows(
        "SELECT coalesce(code, '') || ' ' || message FROM orchestrator_history WHERE id > %d"
            .formatted(historyBefore));
  }

  final void awaitTold(String words) {
    await().untilAsserted(() -> assertThat(told()).anyMatch(line -> line.contains(words)));
    awaitHealthy();
  }

  final void assertDataIsKept() {
    assertThat(data).allMatch(this::has);
  }

  /** The same container in another run: what it wrote beside its volumes is there, too. */
  final void assertStartedAgain() {
    assertThat(container().getId()).isEqualTo(before.getId());
    assertThat(container().getState().getStartedAt())
        .isNotEqualTo(before.getState().getStartedAt());
    assertThat(has("/tmp/layer")).isTrue();
    assertDataIsKept();
  }

  /** The same container in the same run. */
  final void assertUntouched() {
    awaitHealthy();
    assertThat(container().getId()).isEqualTo(before.getId());
    assertThat(container().getState().getStartedAt()).isEqualTo(before.getState().getStartedAt());
    assertDataIsKept();
  }

  final void lookAtAll() {
    signal(Cause.INTERVAL);
    await()
        .until(() ->
            database
                .rows("SELECT 1 FROM orchestrator_work WHERE signal_seq > handled_seq")
                .isEmpty());
  }
}

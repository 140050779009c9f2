package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.RestartPolicy;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.jpa.PlatformTables;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.jpa.JdbcHeartbeat;
import io.appserver.orchestrator.convergence.jpa.JpaNodes;
import io.appserver.orchestrator.convergence.jpa.JpaOperatorRequests;
import io.appserver.orchestrator.convergence.jpa.JpaWorkStore;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import io.appserver.orchestrator.deployment.jpa.JpaDeployments;
import io.appserver.orchestrator.deployment.jpa.JpaVolumes;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Engine;
import io.appserver.orchestrator.e2e.support.Registry;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.runtime.docker.DockerRuntime;
import io.appserver.orchestrator.runtime.probe.NetworkHealthProbe;
import io.appserver.orchestrator.supervision.reconcile.SnapshotReader;
import io.appserver.orchestrator.supervision.term.LeaderTerms;
import io.appserver.orchestrator.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What a person does to a container of ours with the docker command is told and put right, and
 * costs no data: the real engine, watched as by a server, one app.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ByHandAtTheEngineE2E {

  private static final String NODE = "by-hand";

  private final Services services = Services.fromEnvironment();
  private final String installation = UUID.randomUUID().toString();
  private final String network = "by-hand-" + installation.substring(0, 8);
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(4);
  private final Engine engine = new Engine(services);
  private final Registry registry =
      new Registry(
          services, Path.of(System.getProperty("orchestrator.basedir", "")).toAbsolutePath());
  private final App app = new App(UUID.randomUUID(), "byhand-" + installation.substring(0, 6));
  private TestDatabase database;
  private ConvergenceService convergence;
  private Supervision supervision;

  /** The container as it was before anybody touched it. */
  private InspectContainerResponse before;

  private long historyBefore;

  @BeforeAll
  void begin() {
    database = TestDatabase.create();
    database.execute(
        "INSERT INTO orchestrator_node (name, engine_id) VALUES ('%s', 'real')".formatted(NODE));
    var entities = database.entities();
    var work = database.transactional(WorkStore.class, new JpaWorkStore(entities));
    var deployments = database.transactional(Deployments.class, new JpaDeployments(entities));
    var volumes = database.transactional(Volumes.class, new JpaVolumes(entities));
    var catalog = database.transactional(AppCatalog.class, new PlatformTables(entities));
    var wishes = database.transactional(OperatorRequests.class, new JpaOperatorRequests(entities));
    var nodes = database.transactional(Nodes.class, new JpaNodes(entities));
    Settings settings = settings();
    var runtime = DockerRuntime.connect(settings, executor);
    var probe = new NetworkHealthProbe(runtime.view());
    convergence =
        new ConvergenceService(
            settings,
            database.transactions(),
            work,
            new JdbcHeartbeat(database.dataSource()),
            deployments,
            volumes,
            wishes,
            catalog,
            runtime.view(),
            runtime.control(),
            probe,
            new DeploymentWriter(
                database.transactions(), work, deployments, TimeSource.REAL, List.of(), List.of()),
            executor,
            scheduler);
    supervision =
        new Supervision(
            nodes,
            new LeaderTerms(
                settings,
                convergence,
                new SnapshotReader(runtime.view(), catalog, deployments, wishes),
                deployments,
                runtime.view(),
                probe,
                List.of(),
                executor),
            List.of(),
            executor,
            scheduler);
    var identity = new Identity(installation, NODE, UUID.randomUUID());
    convergence.start(identity);
    supervision.start(identity);
    registry.push("volumes", app);
    database.execute(
        "INSERT INTO apps VALUES ('%s', '%s', 'installed')".formatted(app.id(), app.name()));
    database.execute(
        "INSERT INTO settings VALUES ('%s', 'docker.volume.path', '/data')".formatted(app.id()));
    signal(Cause.INSTALLED);
    awaitHealthy();
    run("echo kept > /data/file; echo kept > /var/lib/app/deep/file");
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

  private void signal(Cause cause) {
    convergence.signal(new AppName(app.name()), cause);
  }

  private void run(String script) {
    assertThat(engine.execute(app.container(), "sh", "-c", script).exitCode()).isZero();
  }

  private boolean has(String file) {
    return engine.execute(app.container(), "test", "-e", file).exitCode() == 0;
  }

  private InspectContainerResponse container() {
    return engine.container(app.container()).orElseThrow();
  }

  /** Healthy in its row, in the container that runs under its name, with an address. */
  private void awaitHealthy() {
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

  private List<String> told() {
    return database.rows(
        "SELECT coalesce(code, '') || ' ' || message FROM orchestrator_history WHERE id > %d"
            .formatted(historyBefore));
  }

  private void awaitTold(String words) {
    await().untilAsserted(() -> assertThat(told()).anyMatch(line -> line.contains(words)));
    awaitHealthy();
  }

  private void assertDataIsKept() {
    assertThat(has("/data/file")).as("in the data volume").isTrue();
    assertThat(has("/var/lib/app/deep/file")).as("in what the image declares").isTrue();
  }

  /** The same container in another run: what it wrote beside its volumes is there, too. */
  private void assertStartedAgain() {
    assertThat(container().getId()).isEqualTo(before.getId());
    assertThat(container().getState().getStartedAt())
        .isNotEqualTo(before.getState().getStartedAt());
    assertThat(has("/tmp/layer")).isTrue();
    assertDataIsKept();
  }

  /** The same container in the same run. */
  private void assertUntouched() {
    awaitHealthy();
    assertThat(container().getId()).isEqualTo(before.getId());
    assertThat(container().getState().getStartedAt()).isEqualTo(before.getState().getStartedAt());
    assertDataIsKept();
  }

  private void lookAtAll() {
    signal(Cause.INTERVAL);
    await()
        .until(() ->
            database
                .rows("SELECT 1 FROM orchestrator_work WHERE signal_seq > handled_seq")
                .isEmpty());
  }

  @Test
  void stopped() {
    engine.client().stopContainerCmd(before.getId()).withTimeout(1).exec();
    awaitTold("exited");
    assertStartedAgain();
  }

  @Test
  void killed() {
    engine.client().killContainerCmd(before.getId()).exec();
    awaitTold("exited");
    assertStartedAgain();
  }

  @Test
  void pausedItGoesOnInTheSameRun() {
    engine.client().pauseContainerCmd(before.getId()).exec();
    awaitTold("was paused at the engine");
    assertUntouched();
  }

  @Test
  void renamedItHasItsNameAgainInTheSameRun() {
    String theirs = app.container() + "-theirs";
    engine.client().renameContainerCmd(before.getId()).withName(theirs).exec();
    awaitTold("was renamed to " + theirs);
    assertUntouched();
    assertThat(engine.container(theirs)).isEmpty();
  }

  @Test
  void takenOutOfItsNetworkItIsPutBackInTheSameRun() {
    engine
        .client()
        .disconnectFromNetworkCmd()
        .withContainerId(before.getId())
        .withNetworkId(network)
        .exec();
    awaitTold("was taken out of the network");
    assertUntouched();
    assertThat(engine.networks(app.container()).get(network).getAliases())
        .contains(app.container());
  }

  @Test
  void connectedToAnotherNetworkItStaysInBoth() {
    String other = network + "-other";
    String id = engine.client().createNetworkCmd().withName(other).exec().getId();
    try {
      engine
          .client()
          .connectToNetworkCmd()
          .withContainerId(before.getId())
          .withNetworkId(id)
          .exec();
      lookAtAll();
      assertUntouched();
      assertThat(engine.networks(app.container())).containsKeys(network, other);
    } finally {
      engine
          .client()
          .disconnectFromNetworkCmd()
          .withContainerId(before.getId())
          .withNetworkId(id)
          .exec();
      engine.client().removeNetworkCmd(id).exec();
    }
  }

  @Test
  void otherLimitsAndARestartPolicyLastUntilTheNextReplacement() {
    engine
        .client()
        .updateContainerCmd(before.getId())
        .withMemory(128L << 20)
        .withMemorySwap(256L << 20)
        .withRestartPolicy(RestartPolicy.alwaysRestart())
        .exec();
    lookAtAll();
    assertUntouched();

    signal(Cause.REDEPLOY);
    await()
        .until(() ->
            !before
                .getId()
                .equals(
                    engine
                        .container(app.container())
                        .map(InspectContainerResponse::getId)
                        .orElse("")));
    awaitHealthy();
    assertThat(container().getHostConfig().getMemory()).isEqualTo(64L << 20);
    assertThat(container().getHostConfig().getRestartPolicy().getName()).isIn("no", "");
    assertDataIsKept();
  }

  @Test
  void committedCopiedFromAndEnteredItRunsOn() throws IOException {
    String image = engine.client().commitCmd(before.getId()).exec();
    try (InputStream copy =
        engine.client().copyArchiveFromContainerCmd(before.getId(), "/tmp/layer").exec()) {
      assertThat(copy.readAllBytes()).isNotEmpty();
      run("true");
      lookAtAll();
      assertUntouched();
    } finally {
      engine.client().removeImageCmd(image).exec();
    }
  }

  @Test
  void removedWithItsVolumesItIsMadeAnewWithItsData() {
    engine
        .client()
        .removeContainerCmd(before.getId())
        .withForce(true)
        .withRemoveVolumes(true)
        .exec();
    awaitTold("container_missing");
    assertThat(container().getId()).isNotEqualTo(before.getId());
    assertDataIsKept();
  }

  @Test
  void neitherItsNetworkNorItsVolumesCanBeRemovedUnderIt() {
    assertThatThrownBy(() -> engine.client().removeNetworkCmd(network).exec())
        .isInstanceOf(DockerException.class);
    assertThatThrownBy(() -> engine.client().removeVolumeCmd(app.volume()).exec())
        .isInstanceOf(DockerException.class);
    lookAtAll();
    assertUntouched();
  }
}

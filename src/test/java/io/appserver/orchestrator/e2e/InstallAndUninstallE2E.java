package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Database;
import io.appserver.orchestrator.e2e.support.Database.Deployment;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Engine;
import io.appserver.orchestrator.e2e.support.FreePort;
import io.appserver.orchestrator.e2e.support.Http;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Registry.Tag;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the orchestrator is for: an installed app runs, an uninstalled one is gone. */
@EndToEnd
class InstallAndUninstallE2E {

  private static final String LABEL = "io.appserver.orchestrator.";

  /** A row that is locked is asked for in vain for some seconds, each time. */
  private static final Duration LOCKED = Duration.ofMinutes(3);

  private final Platform platform;
  private final Engine engine;

  InstallAndUninstallE2E(Platform platform) {
    this.platform = platform;
    this.engine = platform.engine();
  }

  @Test
  void installsAnAppFromItsEventAndRecordsEachStep() {
    App app = platform.app("de.easy-m.todos", "web");

    platform.appServer().install(app);
    platform.awaitState(app, "healthy");

    InspectContainerResponse container = engine.container(app.container()).orElseThrow();
    Deployment deployment = platform.database().deployment(app).orElseThrow();
    assertThat(container.getState().getRunning()).isTrue();
    assertThat(deployment.containerId()).isEqualTo(container.getId()).hasSize(64);
    assertThat(deployment.healthStatus()).isEqualTo("healthy");
    assertThat(deployment.appName()).isEqualTo(app.name());
    assertThat(platform.database().transitions(app))
        .containsExactly(
            "null -> pending",
            "pending -> pulling",
            "pulling -> creating",
            "creating -> starting",
            "starting -> healthy");
    platform.awaitEventsSettled(app, 1);
    assertThat(platform.database().intakes(app))
        .singleElement()
        .satisfies(intake -> {
          assertThat(intake.outcome()).isEqualTo("done");
          assertThat(intake.body()).isEqualTo(app.event());
        });
  }

  /** Somebody looks at rows in psql, in a transaction, and goes for lunch. */
  @Test
  void aRowThatSomebodyHasLockedHoldsUpItsAppAlone() throws SQLException {
    App locked = platform.healthyApp("locked");
    App other = platform.healthyApp("other");
    App fresh = platform.app("fresh", "web");
    String run = startOf(other);
    try (Connection psql = platform.database().open();
        var statement = psql.createStatement()) {
      psql.setAutoCommit(false);
      for (String table : List.of("orchestrator_work", "deployments", "apps")) {
        statement.execute(
            "SELECT 1 FROM %s WHERE %s = '%s' FOR UPDATE"
                .formatted(table, table.equals("apps") ? "name" : "app_name", locked.name()));
      }
      engine.client().killContainerCmd(locked.container()).exec();
      engine.client().killContainerCmd(other.container()).exec();
      platform.appServer().publishInstalled(locked);
      platform.appServer().install(fresh);

      platform.awaitState(fresh, "healthy", LOCKED);
      platform.await(
          other,
          "is started again",
          LOCKED,
          () -> {
            assertThat(startOf(other)).isNotEqualTo(run);
            assertThat(platform.database().state(other)).isEqualTo("healthy");
          });
      psql.rollback();
    }
    platform.await(
        locked,
        "goes on",
        LOCKED,
        () -> {
          assertThat(platform.database().state(locked)).isEqualTo("healthy");
          assertThat(engine.container(locked.container()).orElseThrow().getState().getRunning())
              .isTrue();
        });
    platform.awaitEventsSettled(locked, 2);
    assertThat(platform.database().intakes(locked))
        .extracting(Database.Intake::outcome)
        .containsOnly("done");
  }

  private String startOf(App app) {
    return engine.container(app.container()).orElseThrow().getState().getStartedAt();
  }

  @Test
  void theGuidesQueryListsTheHealthyAppWithItsContainer() {
    App app = platform.healthyApp("todos");

    List<String> found =
        platform
            .database()
            .query(
                """
                SELECT a.name, d.state, d.container_id, d.health_status
                FROM %1$s.deployments d
                JOIN %1$s.apps a ON d.app_id = a.id
                WHERE d.state = 'healthy';
                """
                    .formatted(platform.database().schema()),
                row -> row.getString(1) + " " + row.getString(3) + " " + row.getString(4));

    assertThat(found)
        .contains(
            app.name()
                + " "
                + engine.container(app.container()).orElseThrow().getId()
                + " healthy");
  }

  @Test
  void givesTheContainerLabelsLimitsAndFewerRights() {
    App app = platform.healthyApp("todos");

    InspectContainerResponse container = engine.container(app.container()).orElseThrow();
    assertThat(container.getConfig().getLabels())
        .containsEntry(LABEL + "installation", platform.installation())
        .containsEntry(LABEL + "app-id", app.id().toString())
        .containsEntry(LABEL + "app-name", app.name())
        .containsEntry(LABEL + "generation", "1")
        .containsKeys(LABEL + "node", LABEL + "spec-hash", LABEL + "fence");
    HostConfig host = container.getHostConfig();
    assertThat(host.getMemory()).isEqualTo(512L * 1024 * 1024);
    assertThat(host.getCpuShares()).isEqualTo(1024);
    assertThat(host.getPidsLimit()).isEqualTo(512);
    assertThat(host.getSecurityOpts()).contains("no-new-privileges");
    assertThat(host.getCapDrop())
        .contains(
            Capability.NET_RAW,
            Capability.MKNOD,
            Capability.AUDIT_WRITE,
            Capability.SYS_CHROOT,
            Capability.SETFCAP,
            Capability.SETPCAP);
    assertThat(host.getPrivileged()).isFalse();
    assertThat(host.getRestartPolicy()).isEqualTo(RestartPolicy.noRestart());
    assertThat(host.getLogConfig().getType()).isEqualTo(LogConfig.LoggingType.DEFAULT);
    assertThat(host.getLogConfig().getConfig()).containsKeys("max-size", "max-file");
    assertThat(container.getMounts()).isEmpty();
  }

  @Test
  void putsTheAppIntoTheSharedNetworkUnderItsNameAndPublishesNoPort() {
    App app = platform.healthyApp("de.easy-m.todos");
    App other = platform.healthyApp("statistics");

    assertThat(engine.networks(app.container()).keySet())
        .containsExactly(platform.services().network());
    Ports published =
        engine.container(app.container()).orElseThrow().getNetworkSettings().getPorts();
    assertThat(published.getBindings().values()).containsOnlyNulls();
    assertThat(
            engine
                .execute(
                    other.container(),
                    "wget",
                    "-q",
                    "-O",
                    "-",
                    "http://" + app.container() + ":3000/")
                .output())
        .startsWith("Hello from " + app.name());
  }

  @Test
  void publishesThePortThatTheAppsSettingAsksFor() {
    App app = platform.app("todos", "web");
    int port = FreePort.find();
    platform.appServer().set(app, Map.of("docker.publish.port", Integer.toString(port)));

    platform.appServer().install(app);
    platform.awaitState(app, "healthy");

    assertThat(Http.get(URI.create("http://127.0.0.1:" + port + "/")).body())
        .startsWith("Hello from " + app.name());
  }

  @Test
  void uninstallingRemovesContainerAndEndpointAndKeepsTheData() {
    App app = platform.app("todos", "web");
    platform.appServer().set(app, Map.of("docker.volume.path", "/data"));
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    engine.execute(app.container(), "sh", "-c", "echo kept > /data/note");

    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");

    assertThat(engine.containersOf(app)).isEmpty();
    assertThat(engine.endpoints(platform.services().network())).doesNotContain(app.container());
    assertThat(engine.volume(app.volume()).orElseThrow())
        .containsEntry(LABEL + "app-id", app.id().toString());
    assertThat(platform.database().deployment(app).orElseThrow().containerId()).isNull();

    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    assertThat(engine.execute(app.container(), "cat", "/data/note").output()).isEqualTo("kept\n");
  }

  @Test
  void uninstallingWhatIsNotThereSucceeds() {
    App neverInstalled = platform.appServer().register("todos");
    platform.appServer().uninstall(neverInstalled);

    platform.awaitEventsSettled(neverInstalled, 1);
    assertThat(platform.database().intakes(neverInstalled).getFirst().outcome()).isEqualTo("done");
    assertThat(platform.database().history(neverInstalled))
        .singleElement()
        .satisfies(entry -> assertThat(entry.message()).contains("nothing to remove"));
  }

  @Test
  void uninstallingAnAppWhoseRowIsGoneRemovesItsContainer() {
    App app = platform.healthyApp("todos");

    platform.appServer().forget(app);
    platform.appServer().publishUninstalled(app);

    platform.awaitState(app, "stopped");
    assertThat(engine.containersOf(app)).isEmpty();
    platform.awaitEventsSettled(app, 2);
    assertThat(platform.database().intakes(app).getLast().outcome()).isEqualTo("done");
  }

  @Test
  void installingAHealthyAppAgainChangesNothingAndSaysSo() {
    App app = platform.healthyApp("todos");
    InspectContainerResponse before = engine.container(app.container()).orElseThrow();

    platform.appServer().install(app);
    platform.awaitEventsSettled(app, 2);

    InspectContainerResponse after = engine.container(app.container()).orElseThrow();
    assertThat(after.getId()).isEqualTo(before.getId());
    assertThat(after.getState().getStartedAt()).isEqualTo(before.getState().getStartedAt());
    assertThat(platform.database().history(app).getLast().message()).contains("nothing to do");
    assertThat(platform.database().intakes(app).getLast().outcome()).isEqualTo("done");
  }

  @Test
  void theStageSettingPullsAnotherTag() {
    App app = platform.app("todos", "web");
    platform.registry().push("web", app, Tag.TESTING, "VERSION=2");
    platform.appServer().set(app, Map.of("docker.image.stage", "testing"));

    platform.appServer().install(app);
    platform.awaitState(app, "healthy");

    assertThat(engine.environment(app.container())).containsEntry("APP_VERSION", "2");
  }

  @Test
  void theAppsSettingsChangeMemoryCpuPortAndHealthPath() {
    // Whatever it is asked but /, it has no answer: only the settings make it healthy.
    App app = platform.app("todos", "no-health");
    platform
        .appServer()
        .set(
            app,
            Map.of(
                "docker.memory.mb", "64",
                "docker.cpu.shares", "256",
                "docker.port", "8088",
                "docker.health.path", "/index.html",
                "docker.health.mode", "http"));

    platform.appServer().install(app);
    platform.awaitState(app, "healthy");

    HostConfig host = engine.container(app.container()).orElseThrow().getHostConfig();
    assertThat(host.getMemory()).isEqualTo(64L * 1024 * 1024);
    assertThat(host.getCpuShares()).isEqualTo(256);
    assertThat(engine.environment(app.container())).containsEntry("PORT", "8088");
    assertThat(engine.lastLog(app.container(), 5)).contains("serving on port 8088");
  }
}

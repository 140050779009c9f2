package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.OrchestratorServer;
import io.appserver.orchestrator.e2e.support.Platform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Two instances for one engine, broker and database, under a steady stream of installs and
 * uninstalls while they are killed, held and cut off. How long is {@code instances.seconds} (60),
 * the stream's seed {@code instances.seed}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(EndToEnd.ONE_SERVER)
class InstancesE2E {

  private static final int APPS = 8;

  /** More than a lease lives: whoever is held that long has lost it. */
  private static final Duration HELD = Duration.ofSeconds(14);

  private final Set<App> wanted = new HashSet<>();
  private Platform platform;
  private OrchestratorServer first;
  private OrchestratorServer second;

  @BeforeAll
  void startBoth() {
    platform = Platform.start("instances", Map.of());
    first = platform.server();
    second = first.twin("second");
    second.start();
  }

  @AfterAll
  void end() {
    if (second != null) {
      second.close();
    }
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void whateverBefallsThemTheEndIsWhatTheDatabaseSays() throws InterruptedException {
    long seed = Long.getLong("instances.seed", System.nanoTime());
    System.out.println("instances: seed " + seed);
    var random = new Random(seed);
    List<App> apps = new ArrayList<>();
    for (int i = 0; i < APPS; i++) {
      apps.add(platform.app("app" + i, "web"));
    }
    Duration length = Duration.ofSeconds(Long.getLong("instances.seconds", 60));
    long begun = System.nanoTime();
    int round = 0;
    while (System.nanoTime() - begun < length.toNanos()) {
      stream(apps, random, 6);
      switch (round++ % 4) {
        case 0 -> {
          first.kill();
          stream(apps, random, 10);
          first.start();
        }
        case 1 -> second.whileHeld(() -> stream(apps, random, (int) HELD.toSeconds() * 2));
        case 2 -> platform.broker().closeConnectionsOfOrchestrators();
        default -> {
          second.stop();
          stream(apps, random, 6);
          second.start();
        }
      }
    }

    for (App app : apps) {
      platform.await(app, "is as wanted", Duration.ofSeconds(90), () -> assertAsWanted(app));
    }
    for (App app : apps) {
      platform.await(
          app,
          "has no open event",
          Duration.ofSeconds(60),
          () ->
              assertThat(platform.database().intakes(app))
                  .allSatisfy(event -> assertThat(event.outcome()).isNotEqualTo("open")));
    }
    assertThat(actsUnderAnOldLease()).isEmpty();
    assertThat(platform.database().outbox()).isZero();
    assertThat(
            platform
                .database()
                .query(
                    "SELECT app_name FROM orchestrator_history WHERE code IN ('exited', 'container_missing', 'name_conflict')",
                    row -> row.getString(1)))
        .as("apps whose containers one instance took from under the other")
        .isEmpty();
  }

  /** So many changes of mind, two a second. */
  private void stream(List<App> apps, Random random, int changes) {
    for (int i = 0; i < changes; i++) {
      App app = apps.get(random.nextInt(apps.size()));
      if (wanted.remove(app)) {
        platform.appServer().uninstall(app);
      } else {
        wanted.add(app);
        platform.appServer().install(app);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(500);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void assertAsWanted(App app) {
    var containers = platform.engine().containersOf(app);
    if (wanted.contains(app)) {
      assertThat(platform.database().state(app)).isEqualTo("healthy");
      assertThat(containers)
          .singleElement()
          .satisfies(container -> {
            assertThat(container.getState()).isEqualTo("running");
            assertThat(platform.database().deployment(app).orElseThrow().containerId())
                .isEqualTo(container.getId());
          });
    } else {
      assertThat(containers).isEmpty();
      assertThat(platform.database().deployment(app))
          .satisfiesAnyOf(
              row -> assertThat(row).isEmpty(),
              row -> assertThat(row.orElseThrow().state()).isEqualTo("stopped"));
    }
  }

  /** Acts that began after another had begun under a later lease of the same app. */
  private List<String> actsUnderAnOldLease() {
    return platform
        .database()
        .query(
            """
            SELECT late.verb || ' ' || late.target FROM orchestrator_act late
            JOIN orchestrator_act later USING (node, app_name)
            WHERE late.fence < later.fence AND late.begun_at > later.begun_at
            """,
            row -> row.getString(1));
  }
}

package io.appserver.orchestrator.e2e.faults;

import static io.appserver.orchestrator.e2e.support.OwnServices.Service.POSTGRESQL;
import static io.appserver.orchestrator.e2e.support.OwnServices.Service.RABBITMQ;
import static io.appserver.orchestrator.e2e.support.OwnServices.Service.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.testing.Relay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The other ways, besides those of {@link RealFaultsE2E}. Run by {@code script/soak}. */
@Tag("soak")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(Scene.ONE_AT_A_TIME)
class MoreFaultsE2E {

  /** Longer than two heartbeats of 10 s. */
  private static final Duration NOTICED_BY_HEARTBEAT = Duration.ofSeconds(25);

  /** Longer than a lease. */
  private static final Duration LEASES_RUN_OUT = Duration.ofSeconds(20);

  /** What passed before the line was held has arrived by then. */
  private static final Duration IN_FLIGHT = Duration.ofMillis(100);

  private static final int TRIES = 500;

  private static final int ENOUGH_HITS = 5;

  private Scene scene;

  @BeforeAll
  void start() {
    scene = Scene.start("more_faults");
  }

  @BeforeEach
  void containersEndWithTheirEngine() {
    scene.engine.keepContainersAlive(false);
  }

  @AfterEach
  void tidyUp() {
    scene.tidyUp();
  }

  @AfterAll
  void end() {
    if (scene != null) {
      scene.close();
    }
  }

  @Test
  void engineRestarted() {
    scene.beBusy();

    scene.engine.stop();
    scene.engine.start();

    scene.assertRecovery("dockerd restarted");
    scene.assertNoRestartWasCounted();
  }

  @Test
  void engineRestartedWithLiveRestore() {
    scene.engine.keepContainersAlive(true);
    scene.beBusy();

    scene.engine.stop();
    scene.engine.start();

    scene.assertRecovery("dockerd restarted, live-restore");
    scene.assertNothingWasRestarted();
  }

  @Test
  void engineKilledWithLiveRestore() {
    scene.engine.keepContainersAlive(true);
    scene.beBusy();

    scene.engine.kill();
    scene.engine.start();

    scene.assertRecovery("dockerd killed, live-restore");
    scene.assertNothingWasRestarted();
  }

  @Test
  void containerdKilled() {
    App late = scene.app("late", "web");
    scene.beBusy();

    scene.engine.killContainerd();
    scene.platform.appServer().install(late);

    scene.assertRecovery("containerd killed");
    scene.assertNothingWasRestarted();
  }

  @Test
  void containerdSilentForTwentySeconds() {
    App late = scene.app("late", "web");
    scene.beBusy();

    scene.engine.holdContainerd();
    scene.platform.appServer().install(late);
    Scene.last(LEASES_RUN_OUT);
    scene.engine.letContainerdGo();

    scene.assertRecovery("containerd stopped for 20 s");
    scene.assertNothingWasRestarted();
  }

  @Test
  void engineWithoutSpaceForAnything() {
    App late = scene.app("late", "web");
    App pulling = scene.beBusy();

    scene.engine.fillUp();
    scene.platform.appServer().install(late);
    scene.awaitPending(pulling, "disk_full");
    scene.engine.freeSpace();

    scene.assertRecovery("data root full in the middle of everything");
  }

  @Test
  void brokerSilent() {
    App late = scene.app("late", "web");
    scene.beBusy();

    scene.services.hold(RABBITMQ);
    Scene.last(NOTICED_BY_HEARTBEAT);
    scene.services.letGo(RABBITMQ);
    scene.platform.appServer().install(late);

    scene.assertRecovery("RabbitMQ stopped for 25 s");
    scene.assertNothingWasRestarted();
  }

  @Test
  void brokerLineCutAgainAndAgain() {
    for (int i = 0; i < 5; i++) {
      App app = scene.app("coming-" + i, "web");
      scene.platform.appServer().install(app);
      scene.testbed.brokerLine().cut();
    }

    scene.assertRecovery("connections to RabbitMQ cut");
    scene.assertNothingWasRestarted();
  }

  @Test
  void brokerClosesConnections() {
    App late = scene.app("late", "web");
    scene.beBusy();

    await("connections to close")
        .until(() -> scene.platform.broker().closeConnections() > 1); // ours, and the server's
    scene.platform.appServer().install(late);

    scene.assertRecovery("connections closed by RabbitMQ");
    scene.assertNothingWasRestarted();
  }

  @Test
  void databaseLineCutAgainAndAgain() {
    App late = scene.app("late", "web");
    scene.beBusy();

    for (int i = 0; i < 20; i++) {
      scene.testbed.databaseLine().cut();
      Scene.last(Duration.ofMillis(100));
      if (i == 10) {
        scene.platform.appServer().install(late);
      }
    }

    scene.assertRecovery("connections to PostgreSQL cut");
    scene.assertNothingWasRestarted();
  }

  @Test
  void databaseLineCutInTheMiddleOfTransactions() {
    App late = scene.appAboutToCome("late");
    scene.beBusy();

    int hits = 0;
    for (int i = 0; i < TRIES && hits < ENOUGH_HITS; i++) {
      scene.platform.appServer().publishInstalled(late); // another transaction, at least
      hits += cutIfInTheMiddle() ? 1 : 0;
    }

    assertThat(hits).as("transactions that were cut").isPositive();
    scene.assertRecovery("connections to PostgreSQL cut in the middle of %d".formatted(hits));
    scene.assertNothingWasRestarted();
  }

  /** Holds everything where it is, and cuts it if a transaction is open and cannot go on. */
  private boolean cutIfInTheMiddle() {
    Relay line = scene.testbed.databaseLine();
    line.hold();
    try {
      Set<String> open = new HashSet<>(openTransactions());
      if (!open.isEmpty()) {
        Scene.last(IN_FLIGHT);
        open.retainAll(openTransactions());
      }
      if (open.isEmpty()) {
        return false;
      }
      line.cut();
      await("the transactions to be undone")
          .until(() -> Collections.disjoint(openTransactions(), open));
      return true;
    } finally {
      line.letGo();
    }
  }

  private List<String> openTransactions() {
    return scene
        .platform
        .database()
        .query(
            """
            SELECT pid || ' ' || xact_start FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'idle in transaction' AND xact_start IS NOT NULL
            """,
            row -> row.getString(1));
  }

  @Test
  void databaseSilentForTwentySeconds() {
    App late = scene.appAboutToCome("late");
    scene.beBusy();

    scene.services.hold(POSTGRESQL);
    scene.platform.appServer().publishInstalled(late);
    Scene.last(LEASES_RUN_OUT);
    scene.services.letGo(POSTGRESQL);

    scene.assertRecovery("PostgreSQL stopped for 20 s");
    scene.assertNothingWasRestarted();
  }

  @Test
  void registrySilent() {
    App large = scene.appToPull("large");

    scene.services.hold(REGISTRY);
    scene.platform.appServer().install(large);
    scene.awaitPending(large, "registry_unreachable", "pull_timeout");
    scene.services.letGo(REGISTRY);

    scene.assertRecovery("registry stopped");
    scene.assertNothingWasRestarted();
  }

  @Test
  void registryWithADamagedLayer() throws IOException {
    App damaged = scene.appToPull("damaged");
    Path layer = scene.services.blob(scene.platform.registry().layers(damaged).getLast());
    byte[] intact = Files.readAllBytes(layer);
    byte[] broken = intact.clone();
    broken[broken.length / 2] ^= 1;

    Files.write(layer, broken);
    scene.platform.appServer().install(damaged);
    scene.awaitPending(damaged, "pull_corrupt");
    Files.write(layer, intact);

    scene.assertRecovery("damaged layer");
    scene.assertNothingWasRestarted();
  }

  @Test
  void everythingKilledAtOnce() {
    App late = scene.appAboutToCome("late");
    scene.beBusy();

    scene.platform.server().kill();
    scene.platform.appServer().publishInstalled(late);
    scene.engine.kill();
    scene.services.kill(REGISTRY);
    scene.services.kill(RABBITMQ);
    scene.services.kill(POSTGRESQL);
    scene.services.start();
    scene.engine.start();
    scene.platform.server().start();

    scene.assertRecovery("everything killed at once");
    assertThat(scene.platform.database().intakes(late)).isNotEmpty();
    scene.assertNoRestartWasCounted();
  }
}

package io.appserver.orchestrator.e2e.faults;

import static io.appserver.orchestrator.e2e.support.OwnServices.Service.POSTGRESQL;
import static io.appserver.orchestrator.e2e.support.OwnServices.Service.RABBITMQ;
import static io.appserver.orchestrator.e2e.support.OwnServices.Service.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The six most telling ways in which what the orchestrator stands on can fail, each in the middle
 * of its work. After each: recovered by itself, nothing lost, nothing twice, nothing left over.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(Scene.ONE_AT_A_TIME)
class RealFaultsE2E {

  private Scene scene;

  @BeforeAll
  void start() {
    scene = Scene.start("faults");
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
  void engineKilled() {
    App late = scene.app("late", "web");
    scene.beBusy();

    scene.engine.kill();
    scene.platform.appServer().install(late);
    scene.awaitEvents(late, 1);
    scene.engine.start();

    scene.assertRecovery("dockerd killed");
    scene.assertNoRestartWasCounted();
  }

  @Test
  void engineSilentForTwentySeconds() {
    App late = scene.app("late", "web");
    scene.beBusy();

    scene.engine.hold();
    scene.platform.appServer().install(late);
    Scene.last(Duration.ofSeconds(20));
    scene.engine.letGo();

    scene.assertRecovery("dockerd stopped for 20 s");
    scene.assertNothingWasRestarted();
  }

  @Test
  void engineWithoutSpace() {
    App large = scene.appToPull("large");

    scene.engine.fillUp();
    scene.platform.appServer().install(large);
    scene.awaitPending(large, "disk_full");
    scene.engine.freeSpace();

    scene.assertRecovery("data root full");
    scene.assertNothingWasRestarted();
  }

  @Test
  void brokerKilledWithEventsInFlight() {
    App coming = scene.app("coming", "web");
    App leaving = scene.healthyApp("leaving", "web");

    // Without the database no event is taken: they are delivered, and not acknowledged.
    scene.testbed.databaseLine().hold();
    scene.platform.appServer().install(coming);
    scene.platform.appServer().uninstall(leaving);
    scene.platform.await(coming, "is on its way", () -> assertThat(scene.undelivered()).isZero());
    assertThat(scene.platform.database().intakes(coming)).isEmpty();
    scene.services.kill(RABBITMQ);
    scene.testbed.databaseLine().letGo();
    scene.services.start();

    scene.assertRecovery("RabbitMQ killed with unacknowledged events");
    scene.assertNothingWasRestarted();
  }

  @Test
  void databaseKilled() {
    App late = scene.appAboutToCome("late");
    scene.beBusy();

    scene.services.kill(POSTGRESQL);
    scene.platform.appServer().publishInstalled(late);
    scene.services.start();

    scene.assertRecovery("PostgreSQL killed");
    scene.assertNothingWasRestarted();
  }

  @Test
  void registryKilledInTheMiddleOfAPull() {
    App large = scene.appToPull("large");
    App known = scene.app("known", "web");
    scene.beginToPull(large);

    scene.services.kill(REGISTRY);
    // What it had sent is in buffers, and may be all of the image.
    scene.testbed.registryLine().cut();
    scene.platform.appServer().install(known);
    scene.awaitPending(large, "registry_unreachable");
    scene.services.start();

    scene.assertRecovery("registry killed in the middle of a pull");
    scene.assertNothingWasRestarted();
  }
}

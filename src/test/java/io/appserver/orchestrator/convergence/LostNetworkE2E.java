package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.testing.TestDatabase;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The app network goes away, and with it the network of every container that was made in it. */
class LostNetworkE2E {

  private static final String NETWORK = "appnet";

  private static TestDatabase database;
  private Workshop shop;

  @BeforeAll
  static void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void open() {
    shop = new Workshop(database, Duration.ofSeconds(2));
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private List<ContainerId> ids() {
    return shop.engine.containers().stream().map(ObservedContainer::id).toList();
  }

  private void assertMadeAnewOnce(List<ContainerId> before) {
    await() // the rows are healthy until the first look
        .untilAsserted(() -> {
          assertThat(shop.engine.standing())
              .containsExactlyInAnyOrder("app-notes RUNNING", "app-todos RUNNING");
          assertThat(ids()).doesNotContainAnyElementsOf(before);
        });
    for (String app : List.of("notes", "todos")) {
      shop.awaitState(app, "healthy");
    }
    shop.awaitRest();
    assertThat(shop.engine.networks()).containsExactly(NETWORK);
    assertThat(database.rows("SELECT DISTINCT restarts, generation FROM deployments"))
        .containsExactly("0 2");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stoppedAppsAreMadeAnewInTheNewNetwork(boolean madeAgain) {
    shop.healthyApp("notes");
    shop.healthyApp("todos");
    List<ContainerId> before = ids();
    shop.convergence.stop(Duration.ofSeconds(5));
    before.forEach(id -> shop.engine.exit(id, 0));
    shop.engine.removeNetwork(NETWORK, madeAgain);
    ConvergenceService next = shop.orchestration(Workshop.settings(Duration.ofSeconds(2)));
    next.start(new Identity("test", "node", UUID.randomUUID()));
    next.signal(new AppName("notes"), Cause.START_UP);
    next.signal(new AppName("todos"), Cause.START_UP);

    assertMadeAnewOnce(before);
    next.stop(Duration.ofSeconds(5));
  }

  @Test
  void anAppThatEndsAfterItsNetworkWasRemovedIsMadeAnew() {
    shop.healthyApp("notes");
    shop.healthyApp("todos");
    List<ContainerId> before = ids();
    shop.engine.removeNetwork(NETWORK, false);
    before.forEach(id -> shop.engine.exit(id, 1));
    shop.signal("notes", Cause.ENDED);
    shop.signal("todos", Cause.ENDED);

    assertMadeAnewOnce(before);
    assertThat(
            database.rows(
                "SELECT DISTINCT code FROM orchestrator_history WHERE to_state = 'failed'"))
        .containsExactly("container_missing");
  }

  @Test
  void anAppWhoseContainerIsHalfRemovedIsMadeAnewAndItsHistorySaysWhy() {
    shop.healthyApp("notes");
    shop.healthyApp("todos");
    List<ContainerId> before = ids();
    before.forEach(shop.engine::beginRemoval);
    shop.signal("notes", Cause.ENDED);
    shop.signal("todos", Cause.ENDED);

    assertMadeAnewOnce(before);
    assertThat(database.rows("SELECT code FROM orchestrator_history WHERE to_state = 'failed'"))
        .containsExactly("container_missing", "container_missing");
  }

  @Test
  void anAppThatRunsWithoutItsNetworkIsMadeAnew() {
    shop.healthyApp("todos");
    ContainerId before = ids().getFirst();
    shop.engine.disconnect(before);
    shop.engine.removeNetwork(NETWORK, true);
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();

    shop.awaitState("todos", "healthy");
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(ids()).doesNotContain(before);
  }

  @Test
  void aHeldAppIsMadeAnewWhenItIsReleased() {
    shop.healthyApp("todos");
    shop.operations.hold(new AppName("todos"), "ann", "");
    shop.awaitState("todos", "pending");
    shop.awaitRest();
    shop.engine.removeNetwork(NETWORK, true);
    shop.operations.release(new AppName("todos"), "ann");

    shop.awaitState("todos", "healthy");
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }
}

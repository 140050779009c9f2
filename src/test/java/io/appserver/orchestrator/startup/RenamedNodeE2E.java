package io.appserver.orchestrator.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.supervision.Supervision;
import io.appserver.orchestrator.testing.TestDatabase;
import io.appserver.orchestrator.testing.Workshop;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node whose name changes keeps its apps as they run. */
class RenamedNodeE2E {

  private static final List<String> APPS = List.of("notes", "todos", "wiki");

  private static TestDatabase database;
  private Workshop shop;
  private ConvergenceService renamed;
  private Identity identity;

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
    renamed = shop.orchestration(Workshop.settings(Duration.ofSeconds(2)));
    identity = new Identity("test", "renamed", UUID.randomUUID());
  }

  @AfterEach
  void close() {
    renamed.stop(Duration.ofSeconds(5));
    shop.close();
  }

  /** The containers with the start of their runs. */
  private Set<String> runs() {
    return shop.engine.containers().stream()
        .map(c -> "%s %s %s %s".formatted(c.id(), c.name(), c.status(), c.startedAt()))
        .collect(Collectors.toSet());
  }

  private Set<String> ids() {
    return shop.engine.containers().stream().map(c -> c.id().value()).collect(Collectors.toSet());
  }

  private void rename() throws SQLException {
    database.execute(
        "UPDATE orchestrator_node SET seen_at = now() - interval '1 hour' WHERE name = 'node'");
    assertThat(new NodeRegistration(database.dataSource()).register("renamed", "fake", ids()))
        .isInstanceOf(NodeRegistration.Answer.Registered.class);
  }

  /** Starts it under the new name, and waits until everything was compared and looked at. */
  private String startAndCompare() {
    renamed.start(identity);
    Supervision supervision =
        shop.supervise(
            renamed,
            shop.engine,
            identity,
            Workshop.settings(Duration.ofMillis(200), /* orphanDryRun= */ false));
    await("is compared").until(() -> supervision.lastReport().isPresent());
    await("is looked at")
        .until(() ->
            renamed.busy() == 0
                && database
                    .rows(
                        "SELECT 1 FROM orchestrator_work WHERE node = 'renamed' AND signal_seq > handled_seq")
                    .isEmpty());
    return supervision.lastReport().orElseThrow().summary();
  }

  @Test
  void everyContainerRunsOnUnderTheNewName() throws SQLException {
    APPS.forEach(shop::healthyApp);
    Set<String> before = runs();
    List<String> history = database.rows("SELECT id FROM orchestrator_history ORDER BY id");
    shop.convergence.stop(Duration.ofSeconds(5));
    rename();

    assertThat(startAndCompare()).isEqualTo("3 keep");
    assertThat(runs()).isEqualTo(before).hasSize(3);
    assertThat(database.rows("SELECT DISTINCT node, state FROM deployments"))
        .containsExactly("renamed healthy");
    assertThat(database.rows("SELECT id FROM orchestrator_history ORDER BY id")).isEqualTo(history);
  }

  @Test
  void workGoesOnUnderTheNewNameWithHigherFences() throws SQLException {
    UUID todos = shop.healthyApp("todos");
    shop.convergence.stop(Duration.ofSeconds(5));
    rename();
    shop.setting(todos, "docker.memory.mb", "64");
    startAndCompare();

    shop.awaitState("todos", "healthy");
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(
            database.rows(
                "SELECT 1 FROM orchestrator_history WHERE message LIKE '%not ours any more%'"))
        .isEmpty();
    assertThat(database.rows("SELECT generation FROM deployments")).containsExactly("2");
  }

  /**
   * As if the new name had been registered beside the old one: nothing says they are one engine.
   */
  @Test
  void noContainerGoesBecauseOfANameAlone() {
    APPS.forEach(shop::healthyApp);
    Set<String> before = runs();
    shop.convergence.stop(Duration.ofSeconds(5));
    database.execute("INSERT INTO orchestrator_node (name, engine_id) VALUES ('renamed', 'fake')");
    startAndCompare();

    assertThat(runs()).isEqualTo(before).hasSize(3);
    assertThat(database.rows("SELECT DISTINCT node, state FROM deployments"))
        .containsExactly("renamed healthy");
  }

  @Test
  void aContainerThatNoRowCountsOnStaysToo() {
    APPS.forEach(shop::healthyApp);
    Set<String> before = runs();
    shop.convergence.stop(Duration.ofSeconds(5));
    database.execute(
        """
        INSERT INTO orchestrator_node (name, engine_id) VALUES ('renamed', 'fake');
        UPDATE deployments SET container_id = NULL, node = 'forgotten';
        """);
    startAndCompare();

    assertThat(runs()).isEqualTo(before).hasSize(3);
  }

  @Test
  void whatStoodStillUnderTheOldNameDoesNothingAnyMore() throws SQLException {
    APPS.forEach(shop::healthyApp);
    Set<String> before = runs();
    rename(); // while the instance under the old name stands still, for it
    shop.app("late", "installed");
    APPS.forEach(app -> shop.work.signalAt("node", new AppName(app), Cause.INTERVAL));
    shop.work.signalAt("node", new AppName("late"), Cause.INSTALLED);

    for (String app : List.of("notes", "todos", "wiki", "late")) {
      assertThat(
              shop.work.claim(
                  "node", new AppName(app), UUID.randomUUID(), Duration.ofSeconds(12), 0))
          .isEmpty();
    }
    shop.convergence.stop(Duration.ofSeconds(5));
    assertThat(runs()).isEqualTo(before);
    assertThat(database.rows("SELECT DISTINCT node FROM orchestrator_work"))
        .containsExactly("renamed");
    startAndCompare();
    shop.awaitState("late", "healthy");
    assertThat(runs()).containsAll(before).hasSize(4);
  }
}

package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.operation.OperationRefusedException;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.FakeEngine;
import io.appserver.orchestrator.testing.TestDatabase;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two engines, one orchestrator each, over one database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodesE2E {

  private static final AppName TODOS = new AppName("todos");

  private final FakeEngine farEngine = new FakeEngine();
  private TestDatabase database;
  private Workshop shop;
  private ConvergenceService far;

  @BeforeAll
  void create() {
    database = TestDatabase.create();
  }

  @AfterAll
  void drop() {
    database.close();
  }

  @BeforeEach
  void open() {
    shop = new Workshop(database, Duration.ofSeconds(2));
    farEngine.ids().forEach(farEngine::vanish);
    farEngine.volumes().forEach(farEngine::removeVolume);
    far = shop.orchestration(Workshop.settings(Duration.ofSeconds(2)), farEngine);
    database.execute("INSERT INTO orchestrator_node (name, engine_id) VALUES ('far', 'other')");
    far.start(new Identity("test", "far", UUID.randomUUID()));
  }

  @AfterEach
  void close() {
    far.stop(Duration.ofSeconds(5));
    shop.close();
  }

  private UUID app(String name) {
    farEngine.offer("%s/%s:latest".formatted(Workshop.REGISTRY, name));
    return shop.app(name, "installed");
  }

  private static void eventually(String what, org.awaitility.core.ThrowingRunnable assertion) {
    await(what).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
  }

  private String node(String app) {
    return database
        .rows("SELECT node FROM deployments WHERE app_name = '%s'".formatted(app))
        .getFirst();
  }

  private void healthyAtFar(String app) {
    far.signal(new AppName(app), Cause.INSTALLED);
    shop.awaitState(app, "healthy");
    assertThat(node(app)).isEqualTo("far");
  }

  @Test
  void anAppStaysWithTheNodeThatTookItWhoeverHearsOfIt() {
    app("todos");
    healthyAtFar("todos");
    shop.install("todos");
    shop.awaitRest();

    assertThat(shop.engine.standing()).isEmpty();
    assertThat(farEngine.standing()).containsExactly("app-todos RUNNING");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    assertThat(farEngine.standing()).isEmpty();
  }

  @Test
  void aDataVolumeBindsTheAppToItsNodeAcrossAnUninstall() {
    shop.setting(app("todos"), "docker.volume.path", "/data");
    healthyAtFar("todos");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    shop.install("todos");
    shop.awaitState("todos", "healthy");

    assertThat(node("todos")).isEqualTo("far");
    assertThat(farEngine.standing()).containsExactly("app-todos RUNNING");
  }

  @Test
  void anOperatorMovesAnApp() {
    app("todos");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.operations.move(TODOS, "far", false, "ann");

    eventually(
        "runs there", () -> assertThat(farEngine.standing()).containsExactly("app-todos RUNNING"));
    eventually("not here", () -> assertThat(shop.engine.standing()).isEmpty());
    shop.awaitState("todos", "healthy");
    assertThat(node("todos")).isEqualTo("far");
    assertThat(database.rows("SELECT count(*) FROM orchestrator_move")).containsExactly("0");
  }

  @Test
  void dataStaysBehindOnlyIfTheOperatorSaysSo() {
    shop.setting(app("todos"), "docker.volume.path", "/data");
    shop.install("todos");
    shop.awaitState("todos", "healthy");

    assertThatExceptionOfType(OperationRefusedException.class)
        .isThrownBy(() -> shop.operations.move(TODOS, "far", false, "ann"))
        .withMessageContaining("app-todos-data");
    assertThatExceptionOfType(OperationRefusedException.class)
        .isThrownBy(() -> shop.operations.move(TODOS, "nowhere", true, "ann"))
        .withMessageContaining("no node nowhere");
    shop.operations.move(TODOS, "far", true, "ann");
    eventually("moved", () -> assertThat(node("todos")).isEqualTo("far"));
    assertThat(shop.engine.volumes()).containsExactly("app-todos-data");
  }

  /** Each volume that is noted of the app, with the node where it is. */
  private List<String> volumes() {
    return shop.volumes.of(TODOS).stream().map(v -> v.node() + " " + v.name()).toList();
  }

  @Test
  void whatAMoveLeavesBehindIsKeptAndShownUntilItIsPurged() {
    shop.setting(app("todos"), "docker.volume.path", "/data");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.operations.move(TODOS, "far", true, "ann");
    eventually("moved", () -> assertThat(node("todos")).isEqualTo("far"));
    shop.awaitState("todos", "healthy");
    assertThat(volumes()).containsExactly("far app-todos-data", "node app-todos-data");
    assertThatExceptionOfType(OperationRefusedException.class)
        .isThrownBy(() -> shop.operations.purge(TODOS, "app-todos-data", "ann"))
        .withMessageContaining("say which node");

    shop.operations.move(TODOS, "node", true, "ann");
    eventually("back", () -> assertThat(node("todos")).isEqualTo("node"));
    shop.awaitState("todos", "healthy");
    assertThat(volumes()).containsExactly("far app-todos-data", "node app-todos-data");
    assertThatExceptionOfType(OperationRefusedException.class)
        .isThrownBy(
            () -> shop.operations.purge(TODOS, "app-todos-data", Optional.of("node"), "ann"))
        .withMessageContaining("uninstall it first");
    shop.operations.purge(TODOS, "app-todos-data", Optional.of("far"), "ann");
    eventually("purged there", () -> assertThat(farEngine.volumes()).isEmpty());
    eventually("alone", () -> assertThat(volumes()).containsExactly("node app-todos-data"));
    assertThat(shop.engine.volumes()).containsExactly("app-todos-data");
    assertThat(shop.state("todos")).isEqualTo("healthy");
  }

  @Test
  void whatARetiredNodeHasIsNotForgottenWithTheApp() {
    shop.setting(app("todos"), "docker.volume.path", "/data");
    healthyAtFar("todos");
    far.stop(Duration.ofSeconds(5));
    database.execute(
        "UPDATE orchestrator_node SET seen_at = now() - interval '1 hour' WHERE name = 'far'");
    assertThat(shop.operations.retire("far", "node", "ann")).containsExactly(TODOS);
    shop.awaitState("todos", "healthy");
    assertThat(volumes()).containsExactly("far app-todos-data", "node app-todos-data");

    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    shop.operations.purge(TODOS, "app-todos-data", Optional.of("node"), "ann");
    eventually("purged here", () -> assertThat(volumes()).containsExactly("far app-todos-data"));
    assertThat(shop.deployments.all()).hasSize(1);
    assertThat(farEngine.volumes()).containsExactly("app-todos-data");
  }

  @Test
  void whatAnImageDeclaresBindsTheAppToItsNodeToo() {
    farEngine.offer(
        "%s/todos:latest".formatted(Workshop.REGISTRY),
        FakeApp.of(FakeApp.Manner.WELL).withVolumes("/var/lib/app"));
    shop.app("todos", "installed");
    healthyAtFar("todos");
    assertThatExceptionOfType(OperationRefusedException.class)
        .isThrownBy(() -> shop.operations.move(TODOS, "node", false, "ann"))
        .withMessageContaining("app-todos--var-lib-app");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    assertThat(node("todos")).isEqualTo("far");
  }

  @Test
  void aDeadNodesAppsAreNotStartedElsewhereUntilItIsRetired() {
    app("todos");
    healthyAtFar("todos");
    far.stop(Duration.ofSeconds(5));
    var watching = shop.supervise(Duration.ofMillis(200));
    eventually("watches", () -> assertThat(watching.lastReport()).isPresent());
    shop.install("todos");
    eventually(
        "compared with the tables",
        () ->
            assertThat(
                    database.rows(
                        "SELECT signal_seq > 0 FROM orchestrator_work WHERE node = 'far'"))
                .containsExactly("t"));
    assertThat(shop.engine.standing()).isEmpty();
    assertThatExceptionOfType(OperationRefusedException.class)
        .isThrownBy(() -> shop.operations.retire("far", "node", "ann"))
        .withMessageContaining("is alive");

    database.execute(
        "UPDATE orchestrator_node SET seen_at = now() - interval '1 hour' WHERE name = 'far'");
    eventually(
        "its death is told",
        () ->
            assertThat(watching.nodes())
                .anyMatch(node -> node.name().equals("far") && !node.alive()));
    assertThat(shop.operations.retire("far", "node", "ann")).containsExactly(TODOS);
    shop.awaitState("todos", "healthy");
    eventually(
        "runs here", () -> assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING"));
    assertThat(node("todos")).isEqualTo("node");

    ConvergenceService back =
        shop.orchestration(Workshop.settings(Duration.ofSeconds(2)), farEngine);
    var returned = new Identity("test", "far", UUID.randomUUID());
    back.start(returned);
    shop.supervise(back, farEngine, returned, Workshop.settings(Duration.ofSeconds(2)));
    eventually("what it left goes", () -> assertThat(farEngine.standing()).isEmpty());
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    back.stop(Duration.ofSeconds(5));
  }

  private void assertRows(String... rows) {
    assertThat(database.rows("SELECT node, state FROM deployments ORDER BY node, state"))
        .containsExactly(rows);
  }

  private void lookHere() {
    shop.convergence.signalHere(TODOS, Cause.INTERVAL);
    shop.awaitRest();
  }

  @Test
  void formerAppsOfTheNameAreRemovedWhereTheyAreAndByNoOtherNode() {
    farEngine.foreign("somebody"); // no container there gets the id of one here
    app("todos");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    database.execute("DELETE FROM apps");
    app("todos");
    far.signalHere(TODOS, Cause.INSTALLED);
    shop.awaitState("todos", "healthy,healthy");
    shop.awaitRest();
    database.execute(
        """
        INSERT INTO deployments (id, app_id, app_name, state, last_written_state, node)
        VALUES (gen_random_uuid(), gen_random_uuid(), 'todos', 'failed', 'failed', 'far');
        UPDATE orchestrator_node SET engine_id = 'fake'
        """);
    lookHere();
    assertRows("far failed", "far healthy", "node healthy");
    assertThat(shop.engine.standing()).as("perhaps far's own").containsExactly("app-todos RUNNING");

    database.execute("UPDATE orchestrator_node SET engine_id = 'other' WHERE name = 'far'");
    lookHere();
    assertRows("far failed", "far healthy", "node stopped");
    assertThat(shop.engine.standing()).isEmpty();
    far.signalHere(TODOS, Cause.INTERVAL);
    shop.awaitRest();
    assertRows("far healthy", "far stopped", "node stopped");
    assertThat(farEngine.standing()).contains("app-todos RUNNING");
  }

  /** A node that was alive a moment ago, and one that was not seen for an hour. */
  private void node(String name, String seen) {
    database.execute(
        "INSERT INTO orchestrator_node (name, engine_id, seen_at) VALUES ('%1$s', '%1$s', now() - interval '%2$s')"
            .formatted(name, seen));
  }

  private void retired(String name) {
    node(name, "0 s");
    database.execute(
        "UPDATE orchestrator_node SET retired_at = now() WHERE name = '%s'".formatted(name));
  }

  private static void assertRefused(ThrowingCallable operation, String why) {
    assertThatExceptionOfType(OperationRefusedException.class)
        .isThrownBy(operation)
        .withMessageContaining(why);
  }

  @Test
  void nothingIsGivenToANodeThatIsDeadOrRetired() {
    app("todos");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    node("dead", "1 hour");
    node("gone", "1 hour");
    retired("retired");

    assertRefused(() -> shop.operations.move(TODOS, "dead", false, "ann"), "dead is not alive");
    assertRefused(() -> shop.operations.move(TODOS, "retired", false, "ann"), "was retired");
    assertRefused(() -> shop.operations.retire("dead", "gone", "ann"), "gone is not alive");
    assertRefused(() -> shop.operations.retire("dead", "retired", "ann"), "was retired");
    assertThat(database.rows("SELECT node FROM orchestrator_move")).isEmpty();
    assertThat(
            database.rows(
                "SELECT 1 FROM orchestrator_node WHERE name = 'dead' AND retired_at IS NULL"))
        .hasSize(1);
    shop.awaitRest();
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }

  @Test
  void anAppStaysWhereItIsIfTheNodeDiesBeforeItCouldGoThere() {
    app("todos");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    node("dead", "1 hour");
    database.execute(
        "INSERT INTO orchestrator_move (app_name, node, actor) VALUES ('todos', 'dead', 'ann')");
    shop.signal("todos", Cause.MOVED);

    eventually(
        "given up",
        () -> assertThat(database.rows("SELECT node FROM orchestrator_move")).isEmpty());
    shop.awaitRest();
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.course("todos")).endsWith("starting", "healthy").doesNotContain("stopping");
    assertThat(
            database.rows(
                "SELECT message FROM orchestrator_history WHERE message LIKE '%dead is not alive%'"))
        .hasSize(1);
  }

  @Test
  void aMoveToWhereItIsIsRefusedOrCallsAMoveOff() {
    app("todos");
    healthyAtFar("todos");
    far.stop(Duration.ofSeconds(5));
    assertRefused(
        () -> shop.operations.move(TODOS, "far", false, "ann"), "todos is on node far already");

    shop.operations.move(TODOS, "node", false, "ann");
    shop.operations.move(TODOS, "far", false, "ann");
    assertThat(database.rows("SELECT node FROM orchestrator_move")).isEmpty();
    assertThat(node("todos")).isEqualTo("far");
    assertThat(farEngine.standing()).containsExactly("app-todos RUNNING");
  }

  @Test
  void aRetiredNodesAppIsTheOtherNodesAloneFromTheFirstMoment() {
    app("todos");
    healthyAtFar("todos");
    far.stop(Duration.ofSeconds(5));
    node("third", "0 s");
    var thirdEngine = new FakeEngine();
    thirdEngine.offer("%s/todos:latest".formatted(Workshop.REGISTRY));
    var settings = Workshop.settings(Duration.ofSeconds(2));
    ConvergenceService third = shop.orchestration(settings, thirdEngine);
    var thirdIdentity = new Identity("test", "third", UUID.randomUUID());
    third.start(thirdIdentity);
    var watching = shop.supervise(third, thirdEngine, thirdIdentity, settings);
    eventually("watches", () -> assertThat(watching.lastReport()).isPresent());
    shop.convergence.stop(Duration.ofSeconds(5)); // alive a moment ago, and busy

    database.execute(
        "UPDATE orchestrator_node SET seen_at = now() - interval '1 hour' WHERE name = 'far'");
    Instant retired = Instant.now();
    assertThat(shop.operations.retire("far", "node", "ann")).containsExactly(TODOS);
    assertThat(database.rows("SELECT node, state, container_id FROM deployments"))
        .containsExactly("node pending null");
    watching.reconcile(Cause.INTERVAL);
    eventually(
        "compares everything anew",
        () ->
            assertThat(watching.lastReport())
                .hasValueSatisfying(report -> assertThat(report.at()).isAfter(retired)));
    eventually("is at rest", () -> assertThat(third.busy()).isZero());
    assertThat(thirdEngine.standing()).isEmpty();
    assertThat(node("todos")).isEqualTo("node");

    ConvergenceService back = shop.orchestration(settings);
    back.start(new Identity("test", "node", UUID.randomUUID()));
    shop.awaitState("todos", "healthy");
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(thirdEngine.standing()).isEmpty();
    back.stop(Duration.ofSeconds(5));
    third.stop(Duration.ofSeconds(5));
  }

  @Test
  void anAppThatBelongsToNobodyYetFollowsItsDependency() {
    var base = app("base");
    shop.dependency(app("todos"), base, "HARD");
    healthyAtFar("base");
    shop.awaitState("todos", "healthy");

    assertThat(node("todos")).isEqualTo("far");
  }

  @Test
  void anAppGoesToTheNodeOfWhatItCannotDoWithoutWhoeverHearsOfIt() {
    var base = app("base");
    healthyAtFar("base");
    var todos = app("todos");
    shop.dependency(todos, base, "HARD");
    shop.install("todos");
    shop.awaitState("todos", "healthy");

    assertThat(node("todos")).isEqualTo("far");
    assertThat(shop.engine.standing()).isEmpty();
  }

  @Test
  void appsThatNeedEachOtherEndOnOneNodeWhereverTheirEventsWereTaken() {
    var pairs = List.of("a", "b", "c", "d", "e");
    for (String name : pairs) {
      shop.dependency(app(name + "-top"), app(name + "-base"), "HARD");
    }
    for (String name : pairs) { // as two orchestrators take them from one queue
      far.signal(new AppName(name + "-top"), Cause.INSTALLED);
      shop.signal(name + "-base", Cause.INSTALLED);
    }
    for (String name : pairs) {
      shop.awaitState(name + "-base", "healthy");
      shop.awaitState(name + "-top", "healthy");
      assertThat(node(name + "-top")).isEqualTo(node(name + "-base"));
    }
  }

  @Test
  void anAppThatWaitsOnAnotherNodeForWhatItNeedsFollowsIt() {
    var base = app("base");
    var todos = app("todos");
    shop.dependency(todos, base, "HARD");
    database.execute("UPDATE apps SET state = 'registered' WHERE name = 'todos'");
    healthyAtFar("base"); // and nothing comes of its dependant yet
    database.execute(
        """
        INSERT INTO deployments (id, app_id, app_name, state, last_written_state, node, reason_code, reason_message)
        VALUES (gen_random_uuid(), '%s', 'todos', 'pending', 'pending', 'node', 'dependency_missing', '');
        UPDATE apps SET state = 'installed' WHERE name = 'todos'
        """
            .formatted(todos));
    shop.signal("todos", Cause.INTERVAL);

    shop.awaitState("todos", "healthy");
    assertThat(node("todos")).isEqualTo("far");
  }

  @Test
  void nothingFollowsWhatItNeedsToADeadNode() {
    var base = app("base");
    healthyAtFar("base");
    far.stop(Duration.ofSeconds(5));
    database.execute(
        "UPDATE orchestrator_node SET seen_at = now() - interval '1 hour' WHERE name = 'far'");
    shop.dependency(app("todos"), base, "HARD");
    shop.install("todos");

    eventually("waits", () -> assertThat(shop.reason("todos")).isEqualTo("dependency_missing"));
    assertThat(node("todos")).isEqualTo("node");
  }

  @Test
  void anAppWithDataStaysAndMustBeMovedToWhatItNeeds() {
    var todos = app("todos");
    shop.setting(todos, "docker.volume.path", "/data");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    var base = app("base");
    healthyAtFar("base");
    shop.dependency(todos, base, "HARD");
    shop.install("todos");

    eventually("waits", () -> assertThat(shop.reason("todos")).isEqualTo("dependency_missing"));
    assertThat(database.rows("SELECT reason_message FROM deployments WHERE app_name = 'todos'"))
        .first()
        .asString()
        .contains("on node far");
    shop.operations.move(new AppName("base"), "node", false, "ann");
    shop.awaitState("todos", "healthy");
    assertThat(shop.engine.standing())
        .containsExactlyInAnyOrder("app-base RUNNING", "app-todos RUNNING");
  }

  @Test
  void aRetiredNodesOpenEventsGoToTheNodeThatTakesOver() {
    app("todos");
    far.stop(Duration.ofSeconds(5));
    database.execute(
        """
        UPDATE orchestrator_node SET seen_at = now() - interval '1 hour' WHERE name = 'far';
        INSERT INTO orchestrator_intake (id, node, queue, exchange, routing_key, kind, body, app_name, signal_seq) VALUES
          (gen_random_uuid(), 'far', 'q', 'e', 'k', 'installed', '', 'todos', 7),
          (gen_random_uuid(), 'far', 'q', 'e', 'k', 'uninstalled', '', 'gone', 3);
        INSERT INTO orchestrator_intake (id, node, queue, exchange, routing_key, kind, body) VALUES
          (gen_random_uuid(), 'far', 'q', 'e', 'k', 'installed', '');
        """);
    shop.operations.retire("far", "node", "ann");

    shop.awaitState("todos", "healthy");
    assertThat(
            database.rows(
                "SELECT node, kind, app_name, signal_seq FROM orchestrator_intake ORDER BY app_name"))
        .containsExactly(
            "node uninstalled gone 1", "node installed todos 1", "node installed null null");
    eventually(
        "its look has ended",
        () ->
            assertThat(
                    database.rows(
                        "SELECT min(handled_seq) FROM orchestrator_work WHERE app_name = 'todos'"))
                .containsExactly("1"));
  }
}

package io.appserver.orchestrator.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.jpa.JpaWorkStore;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.startup.NodeRegistration.Answer;
import io.appserver.orchestrator.testing.FakeEngine;
import io.appserver.orchestrator.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may call itself by a node's name, and what a new name takes along. */
class NodeNameE2E {

  private static final Answer.Registered REGISTERED = new Answer.Registered(List.of(), List.of());

  private static TestDatabase tables;
  private NodeRegistration nodes;

  @BeforeAll
  static void create() {
    tables = TestDatabase.create();
  }

  @AfterAll
  static void drop() {
    tables.close();
  }

  @BeforeEach
  void empty() {
    tables.clear();
    nodes = new NodeRegistration(tables.dataSource());
  }

  private Answer register(String name, String engine, String... containers) throws SQLException {
    return nodes.register(name, engine, Set.of(containers));
  }

  /** Registered by that engine, whose orchestrators were all killed a while ago. */
  private void dead(String name, String engine) throws SQLException {
    assertThat(register(name, engine)).isInstanceOf(Answer.Registered.class);
    tables.execute(
        "UPDATE orchestrator_node SET seen_at = now() - interval '31 s' WHERE name = '%s'"
            .formatted(name));
  }

  private void deployment(String app, String node, String container) {
    tables.execute(
        """
        INSERT INTO deployments (id, app_id, app_name, state, node, container_id, volume)
        VALUES (gen_random_uuid(), gen_random_uuid(), '%s', 'healthy', '%s', '%s', 'app-%1$s-data')
        """
            .formatted(app, node, container));
  }

  private static List<String> nodeRows() {
    return tables.rows("SELECT name, engine_id FROM orchestrator_node ORDER BY name");
  }

  @Test
  void aNameIsTheEnginesAtEachStart() throws SQLException {
    assertThat(register("here", "engine-1")).isEqualTo(REGISTERED);
    assertThat(register("here", "engine-1")).isEqualTo(REGISTERED);
    assertThat(register("there", "engine-2")).isEqualTo(REGISTERED);
    assertThat(nodeRows()).containsExactly("here engine-1", "there engine-2");
    assertThat(nodes.holds("here", "engine-1")).isTrue();
    assertThat(nodes.holds("here", "engine-2")).isFalse();
    assertThat(nodes.holds("nowhere", "engine-1")).isFalse();
  }

  @Test
  void aNameThatIsALivingEnginesIsOccupied() throws SQLException {
    register("here", "engine-1");

    assertThat(register("here", "engine-2"))
        .isInstanceOfSatisfying(
            Answer.Occupied.class,
            occupied ->
                assertThat(occupied.why())
                    .contains("here", "is alive", "APPSERVER_DOCKER_NODE_NAME"));
    assertThat(nodeRows()).containsExactly("here engine-1");
  }

  @Test
  void anotherEnginesAppsAreNotTakenWithItsNameHoweverLongItIsAway() throws SQLException {
    dead("here", "engine-1");
    deployment("todos", "here", "c1");

    assertThat(register("here", "engine-2", "c9"))
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused ->
                assertThat(refused.why()).contains("here", "APPSERVER_DOCKER_NODE_NAME", "retire"));
    assertThat(nodeRows()).containsExactly("here engine-1");
  }

  @Test
  void anEngineWithANewIdKeepsItsNameAndItsApps() throws SQLException {
    dead("here", "engine-1");
    deployment("todos", "here", "c1");

    assertThat(register("here", "engine-2", "c1")).isEqualTo(REGISTERED);
    assertThat(nodeRows()).containsExactly("here engine-2");
  }

  @Test
  void aNameThatNobodyHasAppsUnderIsFree() throws SQLException {
    dead("here", "engine-1");

    assertThat(register("here", "engine-2")).isEqualTo(REGISTERED);
    assertThat(nodeRows()).containsExactly("here engine-2");
  }

  @Test
  void aSecondNameOfALivingEngineIsOccupiedUntilTheOldOneIsGone() throws SQLException {
    register("old", "engine-1");
    deployment("todos", "old", "c1");

    assertThat(register("new", "engine-1", "c1"))
        .isInstanceOfSatisfying(
            Answer.Occupied.class,
            occupied -> assertThat(occupied.why()).contains("old", "new", "engine-id"));
    assertThat(nodeRows()).containsExactly("old engine-1");
    tables.execute(
        "UPDATE orchestrator_node SET seen_at = now() - interval '8 s', left_at = now() - interval '7 s'");

    assertThat(register("new", "engine-1", "c1"))
        .isEqualTo(new Answer.Registered(List.of("old"), List.of()));
    assertThat(nodeRows()).containsExactly("new engine-1");
    assertThat(tables.rows("SELECT node, state, container_id, volume FROM deployments"))
        .containsExactly("new healthy c1 app-todos-data");
  }

  @Test
  void whoeverHoldsALeaseIsAlive() throws SQLException {
    dead("old", "engine-1");
    tables.execute(
        """
        INSERT INTO orchestrator_work (node, app_name, lease_owner, lease_expires)
        VALUES ('old', 'todos', gen_random_uuid(), now() + interval '9 s')
        """);

    assertThat(register("new", "engine-1")).isInstanceOf(Answer.Occupied.class);
  }

  @Test
  void whatTwoEnginesWithOneIdHaveIsNotMixed() throws SQLException {
    dead("first", "engine-1");
    deployment("todos", "first", "c1");

    assertThat(register("second", "engine-1", "c2"))
        .isEqualTo(new Answer.Registered(List.of(), List.of("first")));
    assertThat(tables.rows("SELECT node FROM deployments")).containsExactly("first");
    assertThat(nodeRows()).containsExactly("first engine-1", "second engine-1");
  }

  @Test
  void enginesWithoutAnIdAreKnownByTheirNamesAlone() throws SQLException {
    dead("old", "");
    deployment("todos", "old", "c1");

    assertThat(register("new", "", "c1")).isEqualTo(REGISTERED);
    assertThat(register("old", "", "c1")).isEqualTo(REGISTERED);
    assertThat(tables.rows("SELECT node FROM deployments")).containsExactly("old");
  }

  @Test
  void everythingThatBearsTheNameGoesAlong() throws SQLException {
    dead("old", "engine-1");
    deployment("todos", "old", "c1");
    tables.execute(
        """
        INSERT INTO orchestrator_work (node, app_name, signal_seq, handled_seq, fence, causes)
          VALUES ('old', 'todos', 5, 4, 7, '{"app.installed": 5}');
        INSERT INTO orchestrator_act (node, app_name, fence, verb, target, outcome)
          VALUES ('old', 'todos', 7, 'start', 'c1', NULL), ('old', 'todos', 7, 'stop', 'c1', 'unanswered');
        INSERT INTO orchestrator_intake (id, node, queue, exchange, routing_key, kind, body, app_name, signal_seq)
          VALUES (gen_random_uuid(), 'old', 'q', 'e', 'k', 'installed', '', 'todos', 5);
        INSERT INTO orchestrator_move (app_name, node, actor) VALUES ('notes', 'old', 'ann');
        INSERT INTO orchestrator_orphan (node, app_name) VALUES ('old', 'todos');
        INSERT INTO orchestrator_volume (node, name, app_id, app_name, origin, used)
          VALUES ('old', 'app-todos-data', gen_random_uuid(), 'todos', 'setting', true);
        INSERT INTO orchestrator_purge (app_name, volume, node, actor) VALUES ('wiki', 'app-wiki-data', 'old', 'ann');
        """);
    register("new", "engine-1", "c1");

    List<String> tablesWithNodes =
        tables.rows(
            """
            SELECT table_name FROM information_schema.columns
            WHERE table_schema = '%s' AND column_name = 'node' AND table_name <> 'orchestrator_history'
            """
                .formatted(tables.schema()));
    assertThat(tablesWithNodes).hasSizeGreaterThan(5);
    for (String table : tablesWithNodes) {
      assertThat(tables.rows("SELECT DISTINCT node FROM " + table))
          .as("%s; a new table with a node needs a row in this test", table)
          .containsExactly("new");
    }
    assertThat(tables.rows("SELECT signal_seq, handled_seq, fence, causes FROM orchestrator_work"))
        .containsExactly("5 4 7 {\"app.installed\": 5}");
  }

  @Test
  void whatAnEngineHasUnderTwoNamesIsJoined() throws SQLException {
    dead("old", "engine-1");
    deployment("todos", "old", "c1");
    tables.execute(
        """
        INSERT INTO orchestrator_node (name, engine_id) VALUES ('new', 'engine-1');
        INSERT INTO orchestrator_work (node, app_name, signal_seq, renewal_seq, handled_seq, fence, causes) VALUES
          ('old', 'todos', 9, 9, 8, 7, '{"app.installed": 9}'),
          ('new', 'todos', 3, 1, 3, 8, '{}');
        """);

    assertThat(register("new", "engine-1", "c1"))
        .isEqualTo(new Answer.Registered(List.of("old"), List.of()));
    assertThat(
            tables.rows(
                "SELECT node, signal_seq, renewal_seq, handled_seq, fence, causes FROM orchestrator_work"))
        .containsExactly("new 10 10 9 8 {\"app.installed\": 10}");
    assertThat(nodeRows()).containsExactly("new engine-1");
  }

  @Test
  void whatIsStillSaidToAFormerNameReachesTheNode() throws SQLException {
    dead("old", "engine-1");
    register("new", "engine-1");
    var work = tables.transactional(WorkStore.class, new JpaWorkStore(tables.entities()));
    var todos = new AppName("todos");

    assertThat(work.signal("old", todos, Cause.INSTALLED).node()).isEqualTo("new");
    assertThat(work.signalAt("old", todos, Cause.INSTALLED).node()).isEqualTo("new");
    dead("new", "engine-1");
    register("newest", "engine-1");
    assertThat(work.signal("old", todos, Cause.INSTALLED).node()).isEqualTo("newest");
    register("old", "engine-2");
    assertThat(work.signal("old", new AppName("notes"), Cause.INSTALLED).node()).isEqualTo("old");
    assertThat(work.signal("new", new AppName("wiki"), Cause.INSTALLED).node()).isEqualTo("newest");
  }

  @Test
  void instancesThatStartTogetherTakeTheNewNameOnce() throws Exception {
    dead("old", "engine-1");
    deployment("todos", "old", "c1");
    Callable<Answer> start = () -> register("new", "engine-1", "c1");
    try (var threads = Executors.newCachedThreadPool()) {
      for (var answer : threads.invokeAll(List.of(start, start, start))) {
        assertThat(answer.get()).isInstanceOf(Answer.Registered.class);
      }
    }
    assertThat(nodeRows()).containsExactly("new engine-1");
    assertThat(tables.rows("SELECT node, version FROM deployments")).containsExactly("new 1");
  }

  @Test
  void aStartWaitsForWhoMayBeGoneAndRefusesBesideWhoStays() throws SQLException {
    register("old", "engine-1");
    var time = new AtomicLong(Long.MAX_VALUE - 5); // a clock that counts on past its end
    var registration = new Registration(new FakeEngine(), time::get);
    var who = new Identity("test", "new", UUID.randomUUID());

    assertThat(registration.trouble(nodes, who, "engine-1")).contains("old", "stop every");
    time.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(registration.trouble(nodes, who, "engine-1")).contains("old");
    time.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThatExceptionOfType(Gate.RefusedException.class)
        .isThrownBy(() -> registration.trouble(nodes, who, "engine-1"))
        .withMessageContaining("old");
    tables.execute("UPDATE orchestrator_node SET seen_at = now() - interval '31 s'");
    assertThat(registration.trouble(nodes, who, "engine-1")).isEmpty();
  }

  @Test
  void whoeverLostItsNameTakesItAgainUnlessSomebodyIsAliveUnderAnother() throws SQLException {
    register("old", "engine-1");
    var registration = new Registration(new FakeEngine());
    var who = new Identity("test", "old", UUID.randomUUID());
    registration.renew(nodes, who, "engine-1");
    tables.execute("DELETE FROM orchestrator_node");
    registration.renew(nodes, who, "engine-1");
    assertThat(nodeRows()).containsExactly("old engine-1");

    dead("old", "engine-1");
    register("new", "engine-1");
    assertThatExceptionOfType(Gate.RefusedException.class)
        .isThrownBy(() -> registration.renew(nodes, who, "engine-1"))
        .withMessageContaining("new");
    assertThat(nodeRows()).containsExactly("new engine-1");
  }
}

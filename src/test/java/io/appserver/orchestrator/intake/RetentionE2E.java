package io.appserver.orchestrator.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.intake.jpa.JpaExpiredRows;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is deleted after {@code APPSERVER_HISTORY_RETENTION}, here 90 days, and what is not. */
class RetentionE2E {

  private Bench bench;
  private ExpiredRows rows;
  private final List<Integer> batches = new ArrayList<>();

  @BeforeEach
  void open() {
    bench = new Bench();
    rows =
        bench.database.transactional(
            ExpiredRows.class,
            new JpaExpiredRows(bench.database.entities()) {
              @Override
              public int deleteEvents(Duration age, int most) {
                int deleted = super.deleteEvents(age, most);
                batches.add(deleted);
                return deleted;
              }
            });
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private void sweep() {
    new Retention(Workshop.settings(Duration.ofSeconds(2)), rows).sweep();
  }

  @Test
  void oneRoundDeletesAllThatIsOldBatchByBatch() {
    bench.database.execute(
        """
        INSERT INTO orchestrator_intake
          (id, received_at, node, queue, exchange, routing_key, kind, body, app_name, outcome, closed_at)
        SELECT gen_random_uuid(), now() - age, 'here', '', '', '', 'installed', '', 'app-' || n, 'dead_lettered', now() - age
        FROM generate_series(1, 12000) AS n,
          LATERAL (SELECT CASE WHEN n > 11900 THEN interval '89 days' ELSE interval '91 days' END AS age) AS a;
        INSERT INTO orchestrator_work (node, app_name, signal_seq, handled_seq)
          SELECT 'here', 'app-' || n, 3, 3 FROM generate_series(1, 12000) AS n;
        INSERT INTO orchestrator_history (at, app_name, node, actor, cause, message)
          SELECT now() - interval '91 days', 'app-' || n, 'here', 'orchestrator', 'x', 'x' FROM generate_series(1, 6000) AS n;
        INSERT INTO orchestrator_history (app_name, node, actor, cause, message)
          VALUES ('app-1', 'here', 'orchestrator', 'x', 'young');
        """);
    sweep();

    assertThat(batches).containsExactly(5000, 5000, 1900);
    assertThat(count("orchestrator_intake")).isEqualTo("100");
    assertThat(bench.database.rows("SELECT message FROM orchestrator_history"))
        .containsExactly("young");
    assertThat(
            bench.database.rows(
                "SELECT count(*), bool_or(app_name = 'app-1') FROM orchestrator_work"))
        .as("those of young events, and of an app with a young entry")
        .containsExactly("101 t");
  }

  @Test
  void keepsWorkRowsThatSomethingStillNeeds() {
    for (String app :
        List.of("idle", "deployed", "open", "due", "signalled", "leased", "unanswered")) {
      bench.database.execute(
          """
          INSERT INTO orchestrator_intake
            (id, node, queue, exchange, routing_key, kind, body, app_name, outcome, closed_at)
          VALUES (gen_random_uuid(), 'here', '', '', '', 'installed', '', '%1$s', 'done', now() - interval '91 days');
          INSERT INTO orchestrator_work (node, app_name, signal_seq, handled_seq) VALUES ('here', '%1$s', 1, 1);
          """
              .formatted(app));
    }
    bench.database.execute(
        """
        INSERT INTO deployments (id, app_id, app_name, state) VALUES (gen_random_uuid(), gen_random_uuid(), 'deployed', 'healthy');
        INSERT INTO orchestrator_intake (id, node, queue, exchange, routing_key, kind, body, app_name)
          VALUES (gen_random_uuid(), 'here', '', '', '', 'installed', '', 'open');
        UPDATE orchestrator_work SET wake_at = now() + interval '1 h' WHERE app_name = 'due';
        UPDATE orchestrator_work SET signal_seq = 2 WHERE app_name = 'signalled';
        UPDATE orchestrator_work SET lease_owner = gen_random_uuid(), lease_expires = now() + interval '1 h'
          WHERE app_name = 'leased';
        INSERT INTO orchestrator_act (node, app_name, fence, verb, target, outcome)
          VALUES ('here', 'unanswered', 1, 'start', 'x', 'unanswered');
        """);
    sweep();

    assertThat(bench.database.rows("SELECT app_name FROM orchestrator_work ORDER BY app_name"))
        .containsExactly("deployed", "due", "leased", "open", "signalled", "unanswered");
    assertThat(count("orchestrator_intake")).isEqualTo("1");
  }

  @Test
  void deletesStoppedDeploymentsWithoutDataAndRequestsOfAppsThatAreGone() {
    String row =
        """
        INSERT INTO deployments (id, app_id, app_name, state, volume, updated_at)
          VALUES (gen_random_uuid(), gen_random_uuid(), '%s', '%s', %s, now() - interval '%s');
        """;
    bench.database.execute(
        row.formatted("old", "stopped", "NULL", "91 days")
            + row.formatted("with-data", "stopped", "'app-x-data'", "91 days")
            + row.formatted("with-volume", "stopped", "NULL", "91 days")
            + row.formatted("young", "stopped", "NULL", "89 days")
            + row.formatted("running", "healthy", "NULL", "91 days"));
    bench.database.execute(
        """
        INSERT INTO orchestrator_hold (app_name, actor, since) VALUES
          ('running', 'jane', now() - interval '91 days'), ('gone', 'jane', now() - interval '91 days'),
          ('unknown', 'jane', now());
        INSERT INTO orchestrator_volume (node, name, app_id, app_name, origin, used)
          SELECT 'here', 'app-with-volume-data', app_id, app_name, 'image', true FROM deployments WHERE app_name = 'with-volume';
        INSERT INTO orchestrator_move (app_name, node, actor, since) VALUES ('gone', 'there', 'jane', now() - interval '91 days');
        """);
    sweep();

    assertThat(bench.database.rows("SELECT app_name FROM deployments ORDER BY app_name"))
        .containsExactly("running", "with-data", "with-volume", "young");
    assertThat(bench.database.rows("SELECT app_name FROM orchestrator_hold ORDER BY app_name"))
        .containsExactly("running", "unknown");
    assertThat(count("orchestrator_move")).isEqualTo("0");
  }

  @Test
  void deletesWhatTheEngineAnsweredAndKeepsWhatItDidNot() {
    bench.database.execute(
        """
        INSERT INTO orchestrator_act (node, app_name, fence, verb, target, begun_at, ended_at, outcome)
          SELECT 'here', 'todos', 1, 'start', 'unanswered', now() - interval '91 days', now() - interval '91 days', 'unanswered'
          FROM generate_series(1, 6000);
        INSERT INTO orchestrator_act (node, app_name, fence, verb, target, begun_at)
          VALUES ('here', 'todos', 1, 'start', 'open', now() - interval '91 days');
        INSERT INTO orchestrator_act (node, app_name, fence, verb, target, begun_at, ended_at, outcome)
          SELECT 'here', 'todos', 1, 'start', 'answered', now() - age, now() - age, 'done'
          FROM generate_series(1, 12000) AS n,
            LATERAL (SELECT CASE WHEN n > 11900 THEN interval '29 days' ELSE interval '31 days' END AS age) AS a;
        """);
    sweep();

    assertThat(
            bench.database.rows(
                "SELECT target, count(*) FROM orchestrator_act GROUP BY target ORDER BY target"))
        .containsExactly("answered 100", "open 1", "unanswered 6000");
  }

  @Test
  void deletesWhatIsOldOfMessagesAndOfDataToBeRemoved() {
    bench.database.execute(
        """
        INSERT INTO orchestrator_redelivery (message, since) VALUES
          ('old', now() - interval '91 days'), ('young', now() - interval '89 days');
        INSERT INTO orchestrator_purge (app_name, volume, actor, since) VALUES
          ('gone', 'app-gone-data', 'jane', now() - interval '91 days'),
          ('young', 'app-young-data', 'jane', now() - interval '89 days');
        """);
    sweep();

    assertThat(bench.database.rows("SELECT message FROM orchestrator_redelivery"))
        .containsExactly("young");
    assertThat(bench.database.rows("SELECT app_name FROM orchestrator_purge"))
        .containsExactly("young");
  }

  private String count(String table) {
    return bench.database.rows("SELECT count(*) FROM " + table).getFirst();
  }
}

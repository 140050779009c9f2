package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.convergence.signal.Cause;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A column of {@code deployments} that somebody changed while apps run. Readiness names it with its
 * cure, see {@code ForeignTableE2E}.
 */
class WrongColumnsE2E extends InWatchedWorkshop {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER updated_at TYPE text    | ALTER updated_at TYPE timestamptz USING CAST(updated_at AS timestamptz)
          ALTER version TYPE text       | ALTER version DROP DEFAULT, ALTER version TYPE bigint USING CAST(version AS bigint), ALTER version SET DEFAULT 0
          ALTER app_id TYPE text        | ALTER app_id TYPE uuid USING CAST(app_id AS uuid)
          ALTER state TYPE varchar(7)   | ALTER state TYPE text
          DROP spec_hash                | ADD spec_hash text
          RENAME container_id TO docker | RENAME docker TO container_id
          """)
  void noContainerIsTouchedAndItGoesOnWhenItIsPutBack(String change, String back) {
    shop.healthyApp("runs");
    watching();
    List<String> before = shop.engine.calls();
    database.execute("ALTER TABLE deployments " + change);
    shop.app("fresh", "installed");
    shop.signal("fresh", Cause.INSTALLED);
    shop.signal("runs", Cause.INSTALLED);
    eventually(
        "was tried twice",
        () ->
            assertThat(
                    database.rows(
                        "SELECT 1 FROM orchestrator_work WHERE app_name = 'fresh' AND fence > 1"))
                .isNotEmpty());
    assertNoContainerWasTouched(before);
    database.execute("ALTER TABLE deployments " + back);

    shop.awaitState("fresh", "healthy");
    shop.awaitRest();
    shop.awaitState("runs", "healthy");
    assertThat(shop.engine.calls().stream().skip(before.size()))
        .noneMatch(call -> call.contains("app-runs"));
  }

  /** A pull touches none. */
  private void assertNoContainerWasTouched(List<String> before) {
    assertThat(shop.engine.calls().stream().skip(before.size()))
        .allMatch(call -> call.startsWith("pull"));
  }

  /** Else one would be made, and not be known, again and again. */
  @Test
  void nothingIsBegunWhileNoContainersIdCanBeWritten() {
    shop.healthyApp("runs");
    Supervision supervision = watching();
    List<String> before = shop.engine.calls();
    database.execute(
        "ALTER TABLE deployments ALTER container_id TYPE varchar(5) USING left(container_id, 5)");
    shop.app("fresh", "installed");
    shop.signal("fresh", Cause.INSTALLED);
    supervision.reconcile(Cause.INTERVAL);
    eventually(
        "its container is not known any more",
        () ->
            assertThat(
                    database.rows(
                        "SELECT app_name FROM orchestrator_work WHERE signal_seq > handled_seq ORDER BY 1"))
                .containsExactly("fresh", "runs"));
    assertThat(shop.work.due("node", UUID.randomUUID()).apps()).isEmpty();
    assertNoContainerWasTouched(before);
    database.execute("ALTER TABLE deployments ALTER container_id TYPE text");

    shop.awaitState("fresh", "healthy");
    shop.awaitRest();
    shop.awaitState("runs", "healthy");
    assertThat(shop.engine.standing())
        .containsExactlyInAnyOrder("app-runs RUNNING", "app-fresh RUNNING");
  }
}

package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.explanation.Explanations;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.InWorkshop;
import io.appserver.orchestrator.testing.LogsKept;
import io.appserver.orchestrator.testing.Workshop;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What deployment, history and log say of a failure besides its code. */
class ExplainedE2E extends InWorkshop {

  /** Other tests' apps, which are in the same log, have other names. */
  private static final String APP = "explained";

  private static final String IMAGE = Workshop.REGISTRY + "/" + APP + ":latest";

  private LogsKept log;

  @BeforeEach
  void listen() {
    log = new LogsKept(DeploymentWriter.class.getName());
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  private List<String> warnings() {
    return log.warnings().stream()
        .filter(line -> line.startsWith("app_name=" + APP + " "))
        .toList();
  }

  private void installed(FakeApp app) {
    shop.app(APP, "installed");
    shop.engine.offer(IMAGE, app);
    shop.install(APP);
  }

  private String history(String column) {
    return database
        .rows(
            "SELECT %s FROM orchestrator_history WHERE code = 'exited' ORDER BY id"
                .formatted(column))
        .getFirst();
  }

  @Test
  void whatAnAppSaysInItsLogIsNamedInTheReasonAndTheHistory() {
    installed(FakeApp.ending(1, "starting", "FATAL: Database configuration is required"));
    await().until(() -> shop.reason(APP).equals("exited"));

    String named = "its log says `database configuration is required`";
    assertThat(database.rows("SELECT reason_message FROM deployments").getFirst())
        .startsWith(APP + " ended with exit code 1")
        .containsOnlyOnce(named)
        .contains("APPSERVER_DB_PASSWORD");
    assertThat(history("message")).contains(named);
    assertThat(history("details"))
        .contains("database_configuration_required", "FATAL: Database configuration is required");
    assertThat(warnings())
        .filteredOn(line -> line.contains("(exited)"))
        .first()
        .asString()
        .contains(named);
  }

  @Test
  void aMessageThatIsNotKnownLeavesTheReasonAsItWas() {
    installed(FakeApp.ending(1, "no luck today"));
    await().until(() -> shop.reason(APP).equals("exited"));

    assertThat(database.rows("SELECT reason_message FROM deployments").getFirst())
        .endsWith("its last log lines are kept with this");
    assertThat(history("details")).contains("no luck today").doesNotContain("recognised");
  }

  @Test
  void theLogSaysInOneLineWhatToDoOnceAnAppIsGivenUp() {
    shop.app(APP, "installed");
    shop.engine.failPull(IMAGE, FailureCode.IMAGE_NOT_FOUND);
    shop.install(APP);
    shop.awaitState(APP, "failed");

    String cure = Explanations.of(FailureCode.IMAGE_NOT_FOUND).forApp(APP).cures().getFirst();
    await()
        .untilAsserted(() ->
            assertThat(warnings())
                .filteredOn(line -> line.contains("-> FAILED"))
                .singleElement()
                .asString()
                .startsWith("app_name=" + APP + " PULLING -> FAILED (image_not_found) ")
                .endsWith("; what to do: " + cure)
                .contains("/v2/" + APP + "/tags/list")
                .doesNotContain("\n"));
    assertThat(database.rows("SELECT reason_message FROM deployments").getFirst())
        .doesNotContain(cure);
  }
}

package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.explanation.Explanations;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.InWorkshop;
import io.appserver.orchestrator.testing.Workshop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What deployment, history and log say of a failure besides its code. */
class ExplainedE2E extends InWorkshop {

  private static final String TODOS_IMAGE = Workshop.REGISTRY + "/todos:latest";

  private static final Logger LEDGER = Logger.getLogger(DeploymentWriter.class.getName());

  private final List<String> log = new CopyOnWriteArrayList<>();

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          log.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    log.clear();
    LEDGER.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    LEDGER.removeHandler(handler);
  }

  private void installed(FakeApp app) {
    shop.app("todos", "installed");
    shop.engine.offer(TODOS_IMAGE, app);
    shop.install("todos");
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
    await().until(() -> shop.reason("todos").equals("exited"));

    String named = "its log says `database configuration is required`";
    assertThat(database.rows("SELECT reason_message FROM deployments").getFirst())
        .startsWith("todos ended with exit code 1")
        .containsOnlyOnce(named)
        .contains("APPSERVER_DB_PASSWORD");
    assertThat(history("message")).contains(named);
    assertThat(history("details"))
        .contains("database_configuration_required", "FATAL: Database configuration is required");
    assertThat(log)
        .filteredOn(line -> line.contains("(exited)"))
        .first()
        .asString()
        .contains(named);
  }

  @Test
  void aMessageThatIsNotKnownLeavesTheReasonAsItWas() {
    installed(FakeApp.ending(1, "no luck today"));
    await().until(() -> shop.reason("todos").equals("exited"));

    assertThat(database.rows("SELECT reason_message FROM deployments").getFirst())
        .endsWith("its last log lines are kept with this");
    assertThat(history("details")).contains("no luck today").doesNotContain("recognised");
  }

  @Test
  void theLogSaysInOneLineWhatToDoOnceAnAppIsGivenUp() {
    shop.app("todos", "installed");
    shop.engine.failPull(TODOS_IMAGE, FailureCode.IMAGE_NOT_FOUND);
    shop.install("todos");
    shop.awaitState("todos", "failed");

    String cure = Explanations.of(FailureCode.IMAGE_NOT_FOUND).forApp("todos").cures().getFirst();
    await()
        .untilAsserted(() ->
            assertThat(log)
                .filteredOn(line -> line.contains("-> FAILED"))
                .singleElement()
                .asString()
                .startsWith("app_name=todos PULLING -> FAILED (image_not_found) ")
                .endsWith("; what to do: " + cure)
                .contains("/v2/todos/tags/list")
                .doesNotContain("\n"));
    assertThat(database.rows("SELECT reason_message FROM deployments").getFirst())
        .doesNotContain(cure);
  }
}

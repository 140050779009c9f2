package io.appserver.orchestrator.rest.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.operation.OperationRefusedException;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.rest.view.DeploymentOverview;
import io.appserver.orchestrator.rest.view.Pulls;
import io.appserver.orchestrator.testing.InWorkshop;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever id is in an app's row, no log but that app's own is shown. */
class ContainerOutputE2E extends InWorkshop {

  private static final AppName TODOS = new AppName("todos");

  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);
  private ContainerOutput output;

  @BeforeEach
  void open() {
    Settings settings = Workshop.settings(Duration.ofSeconds(2));
    var identity = new Identity("test", "node", UUID.randomUUID());
    output =
        new ContainerOutput(
            new DeploymentOverview(
                settings, shop.catalog, shop.deployments, shop.requests, new Pulls(shop.engine)),
            shop.engine,
            settings,
            () -> identity,
            threads,
            threads);
    shop.engine.say("a word");
    shop.healthyApp("todos");
  }

  @AfterAll
  void close() {
    threads.shutdownNow();
  }

  private void assertNothingIsShownOf(ContainerId other) {
    database.execute(
        "UPDATE deployments SET container_id = '%s', version = version + 1 WHERE app_name = 'todos'"
            .formatted(other));

    assertThatExceptionOfType(OperationRefusedException.class)
        .isThrownBy(() -> output.tail(TODOS, 10))
        .withMessageContaining("todos has no container now");
  }

  @Test
  void theAppsOwnLogIsShown() {
    assertThat(output.tail(TODOS, 10))
        .isEqualTo("a word of %s\n".formatted(shop.engine.ids().getFirst()));
  }

  @Test
  void somebodyElsesLogIsNot() {
    assertNothingIsShownOf(shop.engine.foreign("somebody"));
  }

  @Test
  void anotherAppsLogIsNot() {
    shop.healthyApp("notes");
    assertNothingIsShownOf(shop.engine.ids().getLast());
  }

  @Test
  void norIsThatOfACopyOfOurLabels() {
    var labels = shop.engine.containers().getFirst().labels();
    assertNothingIsShownOf(shop.engine.foreign("elegant_copy", labels));
  }
}

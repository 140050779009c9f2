package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.testing.TestDatabase;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever rows and labels say, a container that is not the app's is left alone. */
class OwnershipE2E {

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

  private void recordInRow(String column, ContainerId id) {
    database.execute(
        "UPDATE deployments SET %s = '%s', version = version + 1 WHERE app_name = 'todos'"
            .formatted(column, id));
  }

  private void assertUntouched(ContainerId id, String name) {
    assertThat(shop.engine.inspect(id))
        .hasValueSatisfying(now -> {
          assertThat(now.running()).isTrue();
          assertThat(now.name().value()).isEqualTo(name);
        });
    assertThat(shop.engine.calls()).noneMatch(call -> call.endsWith(" " + id));
  }

  private List<String> runningOf(String app) {
    return shop.engine.containers().stream()
        .filter(ObservedContainer::running)
        .filter(c -> app.equals(c.labels().get(ContainerLabels.APP_NAME)))
        .map(c -> c.name().value())
        .toList();
  }

  @Test
  void anothersContainerInTheRowOfAnAppWithWrongSettingsIsNotTouchedNorRead() {
    UUID todos = shop.healthyApp("todos");
    ContainerId foreign = shop.engine.foreign("somebody");
    recordInRow("container_id", foreign);
    shop.setting(todos, "docker.port", "nonsense");
    shop.signal("todos", Cause.INSTALLED);
    shop.awaitState("todos", "failed");
    shop.awaitRest();

    assertUntouched(foreign, "somebody");
    assertThat(shop.reason("todos")).isEqualTo("invalid_setting");
    assertThat(
            database.rows(
                "SELECT details FROM orchestrator_history WHERE code = 'invalid_setting' AND details ? 'log'"))
        .isEmpty();
  }

  @Test
  void anothersContainerThatEndedIsNotStarted() {
    UUID todos = shop.healthyApp("todos");
    ContainerId foreign = shop.engine.foreign("somebody");
    shop.engine.exit(foreign, 0);
    recordInRow("container_id", foreign);
    shop.setting(todos, "docker.port", "nonsense");
    shop.signal("todos", Cause.INSTALLED);
    shop.awaitState("todos", "failed");
    shop.awaitRest();

    assertThat(shop.engine.calls()).noneMatch(call -> call.endsWith(" " + foreign));
    assertThat(shop.engine.standing()).contains("somebody EXITED");
  }

  @Test
  void anothersContainerInTheRowIsReplacedByOneOfTheAppsOwn() {
    shop.healthyApp("todos");
    ContainerId foreign = shop.engine.foreign("somebody");
    recordInRow("container_id", foreign);
    var supervision = shop.supervise(Duration.ofMillis(200));
    await("has its own again")
        .until(() ->
            database
                    .rows(
                        "SELECT 1 FROM deployments WHERE state = 'healthy' AND container_id <> '%s'"
                            .formatted(foreign))
                    .size()
                == 1);

    assertUntouched(foreign, "somebody");
    assertThat(runningOf("todos")).containsExactly("app-todos");
    supervision.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"restart", "redeploy", "hold", "uninstall"})
  void anothersContainerInTheRowIsNotTouchedByWhatIsAskedForTheApp(String act) {
    shop.healthyApp("todos");
    ContainerId foreign = shop.engine.foreign("somebody");
    recordInRow("container_id", foreign);
    var app = new AppName("todos");
    switch (act) {
      case "restart" -> shop.operations.restart(app, "ann");
      case "redeploy" -> shop.operations.redeploy(app, "ann");
      case "hold" -> shop.operations.hold(app, "ann", "");
      default -> shop.uninstall("todos");
    }
    boolean runs = act.startsWith("re");
    await("done")
        .untilAsserted(() ->
            assertThat(shop.state("todos"))
                .isEqualTo(runs ? "healthy" : act.equals("hold") ? "pending" : "stopped"));
    shop.awaitRest();

    assertUntouched(foreign, "somebody");
    assertThat(runningOf("todos")).hasSize(runs ? 1 : 0);
  }

  @Test
  void anothersContainerAsTheOneToGoBackToIsNotTouched() {
    UUID todos = shop.healthyApp("todos");
    ContainerId foreign = shop.engine.foreign("somebody");
    recordInRow("previous_container_id", foreign);
    database.execute(
        "UPDATE deployments SET state = 'pending', last_written_state = 'pending', container_id = NULL");
    shop.engine.exitAtStart("todos", 3);
    shop.setting(todos, "docker.memory.mb", "64");
    shop.signal("todos", Cause.INSTALLED);
    await("tried").until(() -> shop.reason("todos").equals("exited"));
    shop.awaitRest();

    assertUntouched(foreign, "somebody");
  }

  @Test
  void aCopyOfOurLabelsUnderANameOfItsOwnIsNotOurs() {
    shop.healthyApp("todos");
    Map<String, String> labels = new HashMap<>(shop.engine.containers().getFirst().labels());
    ContainerId copy = shop.engine.foreign("elegant_copy", labels);
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();
    assertUntouched(copy, "elegant_copy");
    recordInRow("container_id", copy);
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();
    assertUntouched(copy, "elegant_copy");

    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    shop.awaitRest();
    assertUntouched(copy, "elegant_copy");
    assertThat(runningOf("todos")).containsExactly("elegant_copy");
  }

  @Test
  void anotherAppsContainerInTheRowIsNotTouched() {
    shop.healthyApp("notes");
    ContainerId notes = shop.engine.containers().getFirst().id();
    UUID todos = shop.healthyApp("todos");
    List<String> before = shop.engine.calls();
    recordInRow("container_id", notes);
    shop.setting(todos, "docker.port", "nonsense");
    shop.signal("todos", Cause.INSTALLED);
    shop.awaitState("todos", "failed");

    assertThat(shop.engine.inspect(notes))
        .hasValueSatisfying(c -> assertThat(c.running()).isTrue());
    assertThat(shop.engine.calls().subList(before.size(), shop.engine.calls().size()))
        .noneMatch(call -> call.endsWith(" " + notes));
  }

  @Test
  void aRenamedContainerRunsOnWhereAnotherHasItsNameNow() {
    shop.healthyApp("todos");
    ContainerId own = shop.engine.ids().getFirst();
    shop.engine.rename(own, new ContainerName("theirs"));
    ContainerId other = shop.engine.foreign("app-todos");
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(runningOf("todos")).containsExactly("theirs");
    assertUntouched(other, "app-todos");

    shop.engine.vanish(other);
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();
    assertThat(runningOf("todos")).containsExactly("app-todos");
    assertThat(shop.engine.ids()).containsExactly(own);
  }

  @Test
  void anotherPrefixCostsNoContainer() {
    shop.healthyApp("todos");
    List<ObservedContainer> before = shop.engine.containers();
    shop.convergence.stop(Duration.ofSeconds(5));
    var own = Workshop.settings(Duration.ofSeconds(2));
    var containers = own.containers();
    ConvergenceService renamed =
        shop.orchestration(
            new Settings(
                own.eventbusEnabled(),
                own.dockerEnabled(),
                own.broker(),
                own.database(),
                own.engine(),
                own.registry(),
                new Settings.Containers(
                    containers.networkName(),
                    "shop-",
                    containers.adoptExisting(),
                    containers.cpuShares(),
                    containers.memoryMb(),
                    containers.pidsLimit(),
                    containers.imageStage(),
                    containers.maxRestarts(),
                    containers.maxConcurrentDeployments()),
                own.timeouts(),
                own.healthChecks(),
                own.reconciliation(),
                own.apps(),
                own.access()));
    renamed.start(new Identity("test", "node", UUID.randomUUID()));
    renamed.signal(new AppName("todos"), Cause.START_UP);
    await("looked at")
        .until(() ->
            renamed.busy() == 0
                && database
                    .rows("SELECT 1 FROM orchestrator_work WHERE signal_seq > handled_seq")
                    .isEmpty());

    assertThat(shop.engine.containers()).isEqualTo(before);
    renamed.stop(Duration.ofSeconds(5));
  }
}

package io.appserver.orchestrator.e2e;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Event;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Database;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Engine;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.RegistryDoor.SlowLine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Many apps, many events, and events that do not come as one would like. */
@EndToEnd
class ManyAndRepeatedE2E {

  private final Platform platform;
  private final Engine engine;

  ManyAndRepeatedE2E(Platform platform) {
    this.platform = platform;
    this.engine = platform.engine();
  }

  @Test
  void twentyAppsAtOnce() {
    App[] apps =
        IntStream.range(0, 20).mapToObj(i -> platform.app("many-" + i, "web")).toArray(App[]::new);

    platform.appServer().install(apps);
    for (App app : apps) {
      platform.awaitState(app, "healthy");
    }
    platform.appServer().uninstall(apps);
    for (App app : apps) {
      platform.awaitState(app, "stopped");
    }

    assertThat(Arrays.stream(apps).flatMap(app -> engine.containersOf(app).stream())).isEmpty();
  }

  @Test
  void tenTimesTheSameEventMakesOneContainer() {
    Instant begun = Instant.now();
    App app = platform.app("todos", "web");
    platform.appServer().markInstalled(app);

    for (int i = 0; i < 10; i++) {
      platform.appServer().publishInstalled(app);
    }
    platform.awaitState(app, "healthy");
    platform.awaitEventsSettled(app, 10);

    assertThat(engine.created(app.container(), begun)).isEqualTo(1);
    assertThat(platform.database().intakes(app))
        .allSatisfy(intake -> assertThat(intake.outcome()).isIn("done", "superseded"));
  }

  @Test
  void afterInstallUninstallInstallTheAppRuns() {
    App app = platform.app("todos", "web");

    platform.appServer().install(app);
    platform.appServer().uninstall(app);
    platform.appServer().install(app);

    platform.awaitEventsSettled(app, 3);
    platform.awaitState(app, "healthy");
    assertThat(engine.containersOf(app)).hasSize(1);
  }

  @Test
  void whateverTheOrderOfTheEventsTheDatabaseHasTheLastWord() {
    App wanted = platform.app("wanted", "web");
    App unwanted = platform.app("unwanted", "web");

    platform.appServer().markInstalled(wanted);
    platform.appServer().publishInstalled(wanted);
    platform.appServer().publishUninstalled(wanted);
    platform.appServer().markUninstalled(unwanted);
    platform.appServer().publishUninstalled(unwanted);
    platform.appServer().publishInstalled(unwanted);

    platform.awaitEventsSettled(wanted, 2);
    platform.awaitEventsSettled(unwanted, 2);
    assertThat(platform.database().state(wanted)).isEqualTo("healthy");
    assertThat(engine.containersOf(unwanted)).isEmpty();
    assertThat(platform.database().intakes(wanted))
        .extracting("kind", "outcome")
        .containsExactlyInAnyOrder(tuple("installed", "done"), tuple("uninstalled", "superseded"));
  }

  @Test
  void anEventThatOutrunsItsCommitIsNotLost() throws SQLException {
    App app = platform.app("todos", "web");

    try (Connection connection = platform.database().open();
        PreparedStatement update =
            connection.prepareStatement("UPDATE apps SET state = 'installed' WHERE id = ?")) {
      connection.setAutoCommit(false);
      update.setObject(1, app.id());
      update.executeUpdate();
      platform.appServer().publishInstalled(app);

      Awaitility.await("nothing happens before the commit")
          .during(Duration.ofSeconds(3))
          .until(() -> engine.containersOf(app).isEmpty());
      assertThat(platform.database().intakes(app))
          .singleElement()
          .satisfies(intake -> assertThat(intake.outcome()).isEqualTo("open"));
      connection.commit();
    }

    platform.awaitState(app, "healthy");
    platform.awaitEventsSettled(app, 1);
    assertThat(platform.database().intakes(app).getFirst().outcome()).isEqualTo("done");
  }

  @Test
  void anAppMayComeBackUnderANewId() {
    App before = platform.healthyApp("todos");
    platform.appServer().uninstall(before);
    platform.awaitState(before, "stopped");
    platform.appServer().forget(before);

    App after = platform.appServer().registerAgain(before.name());
    platform.appServer().install(after);
    platform.awaitState(after, "healthy");

    assertThat(engine.environment(after.container()))
        .containsEntry("APP_ID", after.id().toString());
  }

  @Test
  void anAppMayGetANewIdWhileItRuns() {
    App before = platform.healthyApp("todos");
    platform.appServer().forget(before);

    App after = platform.appServer().registerAgain(before.name());
    platform.appServer().install(after);
    platform.awaitState(after, "healthy");

    assertThat(engine.containersOf(after)).hasSize(1);
    assertThat(engine.environment(after.container()))
        .containsEntry("APP_ID", after.id().toString());
    platform.awaitState(before, "stopped");
  }

  @Test
  void uninstallingDuringALongPullEndsThePull() {
    App app = platform.app("todos", "big", "LAYER_MB=1", "SEED=" + platform.installation());
    SlowLine line = platform.registry().door().slowDown(app);
    platform.appServer().install(app);
    platform.await(app, "is being pulled", () -> assertThat(line.begun()).isTrue());

    platform.appServer().uninstall(app);

    platform.awaitState(app, "stopped");
    platform.await(app, "is pulled no more", () -> assertThat(line.hungUp()).isTrue());
    assertThat(engine.containersOf(app)).isEmpty();
    assertNothingRanOut(app);
  }

  @Test
  void uninstallingDuringTheWaitForHealthEndsTheWait() {
    App slow = platform.app("slow", "slow", "READY_AFTER=60");
    App sick = platform.app("sick", "never-healthy");
    platform.appServer().install(slow, sick);
    for (App app : List.of(slow, sick)) {
      platform.awaitState(app, "starting");
      platform.await(app, "runs", () -> assertThat(isRunning(app)).isTrue());
    }

    platform.appServer().uninstall(slow, sick);

    for (App app : List.of(slow, sick)) {
      platform.awaitState(app, "stopped");
      assertThat(engine.containersOf(app)).isEmpty();
      assertNothingRanOut(app);
    }
  }

  /** It ended because it was told to, and not because its time was over. */
  private void assertNothingRanOut(App app) {
    assertThat(platform.database().history(app))
        .isNotEmpty()
        .extracting(Database.Entry::code)
        .doesNotContain("pull_timeout", "start_timeout", "unhealthy");
  }

  @Test
  void anAppThatIgnoresTheStopSignalIsKilledAfterTheStopTimeout() {
    App app = platform.app("stubborn", "stubborn");
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    Instant asked = Instant.now();

    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");

    List<Event> events = engine.events(app.container(), asked);
    assertThat(events).extracting("action").containsSubsequence("kill", "kill", "die", "destroy");
    // APPSERVER_DOCKER_STOP_TIMEOUT is two seconds here, and ten where nothing is said; the clock
    // is the engine's.
    List<Duration> kills =
        events.stream()
            .filter(event -> "kill".equals(event.getAction()))
            .map(event -> Duration.ofNanos(requireNonNull(event.getTimeNano())))
            .toList();
    assertThat(kills.getLast().minus(kills.getFirst()))
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(9));
  }

  private boolean isRunning(App app) {
    return engine
        .container(app.container())
        .map(InspectContainerResponse::getState)
        .map(InspectContainerResponse.ContainerState::getRunning)
        .orElse(false);
  }
}

package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Database.Deployment;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Apps that need other apps. */
@EndToEnd
class DependenciesE2E {

  private final Platform platform;

  DependenciesE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void oneEventBringsUpTheAppAndFirstWhatItNeeds() {
    App needed = platform.app("users", "slow", "READY_AFTER=1");
    App app = platform.app("todos", "web");
    platform.appServer().dependOnHard(app, needed);
    platform.appServer().markInstalled(needed);

    platform.appServer().install(app);
    platform.awaitState(app, "healthy");

    assertThat(platform.database().state(needed)).isEqualTo("healthy");
    assertThat(startOf(app)).isAfter(startOf(needed).plusSeconds(1));
    assertThat(platform.database().history(app)).extracting("code").contains("dependency_missing");
  }

  @Test
  void waitsForADependencyThatIsInstalledLater() {
    App needed = platform.app("users", "web");
    App app = platform.app("todos", "web");
    platform.appServer().dependOnHard(app, needed);

    platform.appServer().install(app);
    platform.await(
        app, "waits", () -> assertThat(reason(app)).isEqualTo("pending (dependency_missing)"));
    Deployment waiting = platform.database().deployment(app).orElseThrow();
    assertThat(waiting.reasonMessage()).contains(needed.name());
    assertThat(waiting.nextLookAt()).isNotNull();
    assertThat(platform.engine().containersOf(app)).isEmpty();

    platform.appServer().install(needed);
    platform.awaitState(app, "healthy");
    assertThat(platform.database().state(needed)).isEqualTo("healthy");
  }

  @Test
  void aCircleFailsAndIsNamedInFull() {
    App first = platform.app("first", "web");
    App second = platform.app("second", "web");
    App third = platform.app("third", "web");
    platform.appServer().dependOnHard(first, second);
    platform.appServer().dependOnHard(second, third);
    platform.appServer().dependOnHard(third, first);
    platform.appServer().markInstalled(second);
    platform.appServer().markInstalled(third);

    platform.appServer().install(first);
    platform.awaitState(first, "failed");

    Deployment failed = platform.database().deployment(first).orElseThrow();
    assertThat(failed.reasonCode()).isEqualTo("dependency_cycle");
    assertThat(failed.reasonMessage())
        .contains("%s -> %s -> %s -> %s".formatted(first, second, third, first));
    assertThat(platform.engine().containersOf(first)).isEmpty();
  }

  @Test
  void waitsWhileADependencyHasFailedAndGoesOnWhenItIsHealed() {
    App needed = platform.appServer().register("users");
    App app = platform.app("todos", "web");
    platform.appServer().dependOnHard(app, needed);

    platform.appServer().install(needed, app);
    platform.awaitState(needed, "failed");
    platform.await(
        app, "waits", () -> assertThat(reason(app)).isEqualTo("pending (dependency_failed)"));
    assertThat(platform.database().deployment(app).orElseThrow().reasonMessage())
        .contains(needed.name())
        .contains("image_not_found");

    platform.registry().push("web", needed);
    platform.appServer().install(needed);
    platform.awaitState(app, "healthy");
  }

  @Test
  void neverWaitsForASoftDependency() {
    App missing = platform.app("users", "web");
    App failing = platform.appServer().register("search");
    App app = platform.app("todos", "web");
    platform.appServer().dependOnSoft(app, missing);
    platform.appServer().dependOnSoft(app, failing);
    platform.appServer().markInstalled(failing);

    platform.appServer().install(app);
    platform.awaitState(app, "healthy");

    assertThat(platform.database().state(missing)).isEqualTo("none");
    assertThat(platform.database().history(app)).extracting("code").containsOnlyNulls();
  }

  @Test
  void aRunningAppStaysUpWhenWhatItNeedsIsUninstalled() {
    App needed = platform.app("users", "web");
    App app = platform.app("todos", "web");
    platform.appServer().dependOnHard(app, needed);
    platform.appServer().install(needed, app);
    platform.awaitState(app, "healthy");
    Instant started = startOf(app);

    platform.appServer().uninstall(needed);
    platform.awaitState(needed, "stopped");
    platform.appServer().install(app);
    platform.awaitEventsSettled(app, 2);

    assertThat(platform.database().state(app)).isEqualTo("healthy");
    assertThat(startOf(app)).isEqualTo(started);
  }

  private Instant startOf(App app) {
    return Instant.parse(
        platform.engine().container(app.container()).orElseThrow().getState().getStartedAt());
  }

  private String reason(App app) {
    return platform
        .database()
        .deployment(app)
        .map(row -> row.state() + " (" + row.reasonCode() + ")")
        .orElse("none");
  }
}

package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The ladder from an image's own HEALTHCHECK down to an open port. */
@EndToEnd
class HealthcheckImageE2E {

  private final Platform platform;

  HealthcheckImageE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void imageWithAHealthcheckIsHealthyWithinSecondsAtTheDefaultInterval() {
    // Its test passes a second after the start; the engine itself would look after an interval.
    App app = platform.app("checked", "healthcheck");
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");

    var check =
        platform.engine().container(app.container()).orElseThrow().getConfig().getHealthcheck();
    assertThat(check.getInterval()).isEqualTo(Duration.ofSeconds(30).toNanos());
    assertThat(check.getTest()).contains("/app/check");
  }

  @Test
  void appWithoutHealthPathIsHealthyByItsOpenPort() {
    assertHealthy("no-health");
    assertHealthy("tcp");
  }

  @Test
  void explicitPathMustAnswerWell() {
    App app = platform.app("strict", "no-health");
    platform.appServer().set(app, Map.of("docker.health.path", "/health"));
    platform.appServer().install(app);
    platform.await(
        app,
        "is not taken for healthy",
        () ->
            assertThat(platform.database().deployment(app))
                .hasValueSatisfying(
                    row -> assertThat(row.reasonCode()).isEqualTo("start_timeout")));
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
  }

  @Test
  void modeNoneAsksNothing() {
    App app = platform.app("unasked", "never-healthy");
    platform.appServer().set(app, Map.of("docker.health.mode", "none"));
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
  }

  private void assertHealthy(String image) {
    App app = platform.app(image, image);
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
  }
}

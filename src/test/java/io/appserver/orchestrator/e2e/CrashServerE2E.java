package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The whole server is killed between two steps, and the next finishes what it began. */
@ResourceLock(EndToEnd.OWN_SERVER)
class CrashServerE2E {

  /** How a process ends that was killed, as shells count. */
  private static final int KILLED = 128 + 9;

  /** One server after the other: what the next has to finish never comes by its own fault point. */
  @Test
  void whateverTheServerWasKilledAtTheNextOneFinishes() {
    try (var platform = Platform.prepare("crash", Map.of())) {
      platform.server().plan("KILL@create.opened:1");
      platform.server().start();
      App first = platform.app("first", "web");
      platform.appServer().install(first);
      awaitKill(platform);
      assertThat(platform.engine().containersOf(first)).isEmpty();

      platform.server().plan("KILL@start.closed:2");
      platform.server().start();
      finished(platform, first);
      App second = platform.app("second", "slow", "READY_AFTER=1");
      platform.appServer().install(second);
      awaitKill(platform);
      assertThat(platform.database().state(second)).isEqualTo("starting");

      platform.server().plan("KILL@remove.answered:1");
      platform.server().start();
      finished(platform, second);
      platform.appServer().uninstall(second);
      awaitKill(platform);
      assertThat(platform.database().state(second)).isEqualTo("stopping");

      platform.server().plan("");
      platform.server().start();
      platform.awaitState(second, "stopped");
      assertThat(platform.engine().containersOf(second)).isEmpty();
      finished(platform, first);
    }
  }

  private static void awaitKill(Platform platform) {
    assertThat(platform.server().awaitEnd().code()).as("exit code").isEqualTo(KILLED);
  }

  /** Healthy in exactly one container, with its event settled and no act left open. */
  private static void finished(Platform platform, App app) {
    platform.awaitState(app, "healthy");
    platform.awaitEventsSettled(app, 1);
    assertThat(platform.engine().containersOf(app)).hasSize(1);
    assertThat(platform.engine().container(app.container()).orElseThrow().getId())
        .isEqualTo(platform.database().deployment(app).orElseThrow().containerId());
    assertThat(
            platform
                .database()
                .query(
                    "SELECT verb FROM orchestrator_act WHERE app_name = ? AND (outcome IS NULL OR outcome = 'unanswered')",
                    row -> row.getString(1),
                    app.name()))
        .isEmpty();
  }
}

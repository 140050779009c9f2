package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.e2e.support.SlowEngine;
import io.appserver.orchestrator.e2e.support.SlowEngine.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Slow is not broken: what takes its time is waited for, and done once. */
@ResourceLock(EndToEnd.OTHER_SERVER)
class SlowEngineE2E {

  private static final int APPS = 20;
  private static final int BUSY_LOOPS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** What an app goes through from its event until it is healthy: its states, and a word or two. */
  private static final int MOST_HISTORY_FOR_AN_APP = 8;

  private static final Map<String, String> SETTINGS =
      Map.of(
          "APPSERVER_DOCKER_START_TIMEOUT", "2m",
          "APPSERVER_DOCKER_MAX_CONCURRENT_DEPLOYMENTS", "10");

  private static Map<String, String> settings(SlowEngine engine) {
    var all = new HashMap<>(SETTINGS);
    all.put("APPSERVER_DOCKER_HOST", engine.host());
    return all;
  }

  private static SlowEngine engine(Rule... rules) {
    return SlowEngine.before(Services.fromEnvironment().engineSocket(), rules);
  }

  @Test
  void everythingIsDoneOnceOnAnEngineThatTakesItsTime() {
    try (var engine =
            engine(
                Rule.of("GET /(info|version)", Duration.ofSeconds(6)),
                Rule.of("GET /containers/json.*", Duration.ofSeconds(6)),
                Rule.of("POST /containers/[^/]+/start", Duration.ofSeconds(10)));
        var platform = Platform.start("slow", settings(engine))) {
      twentyAppsGetHealthy(platform, engine);
      onlyAPingIsAskedForAtRest(engine);
    }
  }

  /** Busy loops in the background, as a build or another program would be. */
  @Test
  @Tag("soak")
  void everythingIsDoneOnceOnAHostThatIsBusy() throws IOException {
    var loops = new ArrayList<Process>();
    try (var engine = engine()) {
      for (int i = 0; i < BUSY_LOOPS; i++) {
        loops.add(new ProcessBuilder("timeout", "900", "sh", "-c", "while :; do :; done").start());
      }
      try (var platform = Platform.start("busy", settings(engine))) {
        twentyAppsGetHealthy(platform, engine);
      }
    } finally {
      loops.forEach(Process::destroy);
    }
  }

  private static void twentyAppsGetHealthy(Platform platform, SlowEngine engine) {
    List<App> apps =
        IntStream.range(0, APPS).mapToObj(i -> platform.app("slow" + i, "web")).toList();
    platform.appServer().install(apps.toArray(App[]::new));
    for (App app : apps) {
      platform.awaitState(app, "healthy", PATIENCE);
    }
    await("rest")
        .atMost(PATIENCE)
        .until(() ->
            count(
                    platform,
                    "orchestrator_work WHERE signal_seq > handled_seq OR lease_owner IS NOT NULL")
                == 0);

    assertThat(engine.count("POST /containers/create.*")).as("containers made").isEqualTo(APPS);
    assertThat(engine.count("POST /containers/[^/]+/start")).as("starts").isEqualTo(APPS);
    assertThat(engine.count("DELETE /containers/.*")).as("containers removed").isZero();
    assertThat(count(platform, "orchestrator_act WHERE outcome IS DISTINCT FROM 'done'"))
        .as("calls without a good answer")
        .isZero();
    for (App app : apps) {
      assertThat(platform.database().transitions(app)).as("states of %s", app).hasSizeLessThan(6);
    }
    assertThat(count(platform, "orchestrator_history"))
        .as("rows of history")
        .isLessThanOrEqualTo((long) APPS * MOST_HISTORY_FOR_AN_APP);
    assertThat(count(platform, "orchestrator_work")).as("rows of work").isEqualTo(APPS);
    assertThat(count(platform, "deployments WHERE reason_code IS NOT NULL")).isZero();
  }

  private static long count(Platform platform, String from) {
    return platform
        .database()
        .query("SELECT count(*) FROM " + from, row -> row.getLong(1))
        .getFirst();
  }

  /** Ten times in a row: all else is told by the engine's events. */
  private static void onlyAPingIsAskedForAtRest(SlowEngine engine) {
    await("ten pings, and nothing else between them")
        .atMost(PATIENCE)
        .until(() -> {
          if (!engine.requests().stream().allMatch("GET /_ping"::equals)) {
            engine.forget();
          }
          return engine.count("GET /_ping") >= 10;
        });
  }
}

package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Registry;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.e2e.support.SlowEngine;
import io.appserver.orchestrator.e2e.support.SlowEngine.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Slow is not broken: what takes its time is waited for, and done once. */
@ResourceLock(EndToEnd.OTHER_SERVER)
class SlowEngineE2E {

  private static final int APPS = 20;

  /** So many are there when the host is rebooted. */
  private static final int KEPT = 4;

  private static final int BUSY_LOOPS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String CREATION = "POST /containers/create.*";
  private static final String START = "POST /containers/[^/]+/start";
  private static final String REMOVAL = "DELETE /containers/.*";

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
                Rule.of(START, Duration.ofSeconds(10)));
        var platform = Platform.start("slow", settings(engine))) {
      List<App> apps = twentyAppsGetHealthy(platform, engine);
      onlyAPingIsAskedForAtRest(engine);
      List<App> kept = apps.subList(0, KEPT);
      othersAreUninstalled(platform, engine, apps.subList(KEPT, APPS));
      keptOnesComeBackAfterTheHost(platform, engine, kept);
      oneIsUpdated(platform, engine, kept.getFirst());
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

  private static List<App> twentyAppsGetHealthy(Platform platform, SlowEngine engine) {
    List<App> apps =
        IntStream.range(0, APPS).mapToObj(i -> platform.app("slow" + i, "web")).toList();
    platform.appServer().install(apps.toArray(App[]::new));
    for (App app : apps) {
      platform.awaitState(app, "healthy", PATIENCE);
    }
    awaitRest(platform);

    assertThat(engine.count(CREATION)).as("containers made").isEqualTo(APPS);
    assertThat(engine.count(START)).as("starts").isEqualTo(APPS);
    assertThat(engine.count(REMOVAL)).as("containers removed").isZero();
    assertEachCallWasAnswered(platform);
    for (App app : apps) {
      assertThat(platform.database().transitions(app)).as("states of %s", app).hasSizeLessThan(6);
    }
    assertThat(count(platform, "orchestrator_history"))
        .as("rows of history")
        .isLessThanOrEqualTo((long) APPS * MOST_HISTORY_FOR_AN_APP);
    assertThat(count(platform, "orchestrator_work")).as("rows of work").isEqualTo(APPS);
    assertThat(count(platform, "deployments WHERE reason_code IS NOT NULL")).isZero();
    return apps;
  }

  private static void othersAreUninstalled(Platform platform, SlowEngine engine, List<App> apps) {
    engine.forget();
    platform.appServer().uninstall(apps.toArray(App[]::new));
    for (App app : apps) {
      platform.awaitState(app, "stopped", PATIENCE);
      assertThat(platform.engine().containersOf(app)).isEmpty();
    }
    awaitRest(platform);

    assertThat(engine.count(REMOVAL)).as("containers removed").isEqualTo(apps.size());
    assertThat(containers(platform)).as("containers left").hasSize(KEPT);
    assertEachCallWasAnswered(platform);
  }

  /** As after a reboot: all is off, and the orchestrator comes up first. */
  private static void keptOnesComeBackAfterTheHost(
      Platform platform, SlowEngine engine, List<App> apps) {
    Set<String> before = containers(platform);
    platform.server().stop();
    for (String container : before) {
      platform.engine().client().stopContainerCmd(container).withTimeout(2).exec();
    }
    long known = lastOfHistory(platform);
    engine.forget();
    platform.server().start();
    for (App app : apps) {
      platform.await(
          app, "runs again", PATIENCE, () -> assertThat(healthyRun(platform, app)).isTrue());
    }
    awaitRest(platform);

    assertThat(containers(platform)).as("containers").isEqualTo(before);
    assertThat(engine.count(CREATION)).as("containers made").isZero();
    assertThat(engine.count(START)).as("starts").isEqualTo(apps.size());
    assertThat(count(platform, "orchestrator_history WHERE to_state = 'failed'")).isZero();
    assertThat(count(platform, "orchestrator_history WHERE id > " + known))
        .as("rows of history since the reboot")
        .isLessThanOrEqualTo((long) apps.size() * MOST_HISTORY_FOR_AN_APP);
    assertEachCallWasAnswered(platform);
  }

  private static void oneIsUpdated(Platform platform, SlowEngine engine, App app) {
    Set<String> before = containers(platform);
    engine.forget();
    platform.registry().push("web", app, Registry.Tag.TESTING, "VERSION=2");
    platform.appServer().set(app, Map.of("docker.image.stage", "testing"));
    platform.await(
        app,
        "runs the new version",
        PATIENCE,
        () -> {
          assertThat(healthyRun(platform, app)).isTrue();
          assertThat(platform.engine().environment(app.container()))
              .containsEntry("APP_VERSION", "2");
        });
    awaitRest(platform);

    assertThat(containers(platform)).as("containers").hasSize(before.size());
    assertThat(platform.engine().containersOf(app)).hasSize(1);
    assertThat(engine.count(CREATION)).as("containers made").isEqualTo(1);
    assertThat(engine.count(START)).as("starts").isEqualTo(1);
    assertThat(engine.count(REMOVAL)).as("containers removed").isEqualTo(1);
    assertThat(count(platform, "orchestrator_history WHERE to_state = 'failed'")).isZero();
    assertEachCallWasAnswered(platform);
  }

  private static void awaitRest(Platform platform) {
    await("rest")
        .atMost(PATIENCE)
        .until(() ->
            count(
                    platform,
                    "orchestrator_work WHERE signal_seq > handled_seq OR lease_owner IS NOT NULL")
                == 0);
  }

  private static void assertEachCallWasAnswered(Platform platform) {
    assertThat(count(platform, "orchestrator_act WHERE outcome IS DISTINCT FROM 'done'"))
        .as("calls without a good answer")
        .isZero();
  }

  private static boolean healthyRun(Platform platform, App app) {
    return platform.database().state(app).equals("healthy")
        && platform
            .engine()
            .container(app.container())
            .map(container -> container.getState().getRunning())
            .orElse(false);
  }

  private static Set<String> containers(Platform platform) {
    return platform.engine().containersOf(platform.installation()).stream()
        .map(container -> container.getId())
        .collect(Collectors.toSet());
  }

  private static long lastOfHistory(Platform platform) {
    return platform
        .database()
        .query("SELECT max(id) FROM orchestrator_history", row -> row.getLong(1))
        .getFirst();
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

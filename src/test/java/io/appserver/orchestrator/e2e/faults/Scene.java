package io.appserver.orchestrator.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.Aftermath;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.OwnServices;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.SecondEngine;
import io.appserver.orchestrator.e2e.support.Testbed;
import io.appserver.orchestrator.testing.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What goes on when a fault strikes: apps that run, and others at every step of a deployment. */
final class Scene implements AutoCloseable {

  /** Held by tests with an engine of their own. */
  static final String ONE_AT_A_TIME = "one engine of our own at a time";

  /**
   * From the moment the cause is gone. A healthy machine takes seconds; this is for pauses between
   * tries, a lease that runs out, and a machine that is busy with something else.
   */
  static final Duration RECOVERY = Duration.ofMinutes(2);

  private static final Duration BUSY_MACHINE = Patience.CONDITION;

  /** The layers of what is being pulled: at the slow rate it takes some 20 s. */
  private static final String LAYER = "LAYER_MB=4";

  private static final int SLOWLY = 400 * 1024;
  private static final int IN_THE_MIDDLE = 1024 * 1024;

  final Testbed testbed;
  final Platform platform;
  final SecondEngine engine;
  final OwnServices services;
  private final Aftermath aftermath;
  private final App kept;
  private final App plain;
  private final List<App> passing = new ArrayList<>();
  private int pulls;
  private Map<App, String> lives;

  private Scene(Testbed testbed) {
    this.testbed = testbed;
    platform = testbed.platform();
    engine = testbed.engine();
    services = testbed.services();
    aftermath = new Aftermath(platform);
    kept = platform.app("kept", "web");
    plain = platform.app("plain", "no-health");
    platform.appServer().set(kept, Map.of("docker.volume.path", "/data"));
    for (App app : List.of(kept, plain)) {
      platform.appServer().install(app);
      platform.awaitState(app, "healthy", BUSY_MACHINE);
    }
    aftermath.keep(kept);
    rememberLives();
  }

  static Scene start(String name) {
    var testbed = Testbed.start(name);
    try {
      return new Scene(testbed);
    } catch (RuntimeException | AssertionError e) {
      testbed.close();
      throw e;
    }
  }

  /** An app to be installed, of that image. */
  App app(String baseName, String image, String... arguments) {
    App app = platform.app(baseName, image, arguments);
    passing.add(app);
    return app;
  }

  /** An app with layers that no engine has. */
  App appToPull(String baseName) {
    return app(baseName, "big", LAYER, "SEED=" + platform.installation() + pulls++);
  }

  App healthyApp(String baseName, String image) {
    App app = app(baseName, image);
    platform.appServer().install(app);
    platform.awaitState(app, "healthy", BUSY_MACHINE);
    return app;
  }

  /** An app to be installed whose row says so already. */
  App appAboutToCome(String baseName) {
    App app = app(baseName, "web");
    platform.appServer().markInstalled(app);
    return app;
  }

  /**
   * One app is being pulled, one has been started and is not healthy yet, and one is being stopped.
   * From here on the registry is slow.
   *
   * @return the one that is being pulled
   */
  App beBusy() {
    App leaving = healthyApp("leaving", "stubborn");
    App pulling = appToPull("pulling");
    App starting = app("starting", "slow", "READY_AFTER=8");
    beginToPull(pulling);
    platform.appServer().install(starting);
    platform.awaitState(starting, "starting", BUSY_MACHINE);
    platform.appServer().uninstall(leaving);
    platform.awaitState(leaving, "stopping", BUSY_MACHINE);
    Chance.delay();
    return pulling;
  }

  /** Returns in the middle of it. From here on the registry is slow. */
  void beginToPull(App app) {
    testbed.registryLine().slowDown(SLOWLY);
    platform.appServer().install(app);
    platform.await(
        app,
        "is in the middle of its pull",
        BUSY_MACHINE,
        () -> assertThat(testbed.registryLine().passed()).isGreaterThan(IN_THE_MIDDLE));
  }

  void awaitPending(App app, String... codes) {
    platform.await(
        app,
        "waits because of " + String.join(" or ", codes),
        BUSY_MACHINE,
        () ->
            assertThat(platform.database().deployment(app))
                .hasValueSatisfying(row -> {
                  assertThat(row.state()).isEqualTo("pending");
                  assertThat(row.reasonCode()).isIn((Object[]) codes);
                }));
  }

  /** Waits until that many events about the app were taken. */
  void awaitEvents(App app, int events) {
    platform.await(
        app,
        "has had its events taken",
        BUSY_MACHINE,
        () -> assertThat(platform.database().intakes(app)).hasSizeGreaterThanOrEqualTo(events));
  }

  /** How many events the broker has still to hand out. */
  long undelivered() {
    return aftermath.undelivered();
  }

  /** The fault lasts that long, whatever happens. */
  static void last(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Everything is as it should be, from now on. */
  void assertRecovery(String fault) {
    long since = System.nanoTime();
    testbed.registryLine().letGo();
    aftermath.awaitRecovery(fault, since, RECOVERY);
  }

  /** The apps that ran all the time were never stopped. */
  void assertNothingWasRestarted() {
    assertThat(aftermath.lives(kept, plain)).isEqualTo(lives);
  }

  /** An engine that goes is not their fault: they have all their restarts left. */
  void assertNoRestartWasCounted() {
    assertThat(
            platform
                .database()
                .query(
                    "SELECT restarts FROM deployments WHERE app_id IN (?, ?)",
                    row -> row.getInt(1),
                    kept.id(),
                    plain.id()))
        .containsOnly(0);
  }

  /** Ready for the next fault, whatever became of the last one. */
  void tidyUp() {
    testbed.repair();
    platform.appServer().uninstall(passing.toArray(App[]::new));
    passing.clear();
    for (App app : List.of(kept, plain)) {
      platform.awaitState(app, "healthy", RECOVERY);
    }
    rememberLives();
  }

  private void rememberLives() {
    lives = aftermath.lives(kept, plain);
  }

  @Override
  public void close() {
    testbed.close();
  }
}

package io.appserver.orchestrator.convergence.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.testing.InWorkshop;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No app waits for another app's slow work: pulls, calls to the engine, and waits for health. */
@Order(1)
class LanesE2E extends InWorkshop {

  /** More than may be pulled at once, and than one kind of call has places. */
  private static final List<String> SLOW = List.of("s1", "s2", "s3", "s4", "s5", "s6");

  private void installSlowly() {
    SLOW.forEach(app -> shop.app(app, "installed"));
    SLOW.forEach(app ->
        shop.engine.holdPull(
            "%s/%s:latest".formatted(Workshop.REGISTRY, app), new CountDownLatch(1)));
    SLOW.forEach(shop::install);
    SLOW.forEach(app -> shop.awaitState(app, "pulling"));
  }

  private void requireStillPulling() {
    assertThat(SLOW).allSatisfy(app -> assertThat(shop.state(app)).isEqualTo("pulling"));
  }

  private long pulls(String app) {
    return calls("pull %s/%s:latest".formatted(Workshop.REGISTRY, app));
  }

  private long calls(String call) {
    return shop.engine.calls().stream().filter(call::equals).count();
  }

  private String restarts(String app) {
    return database
        .rows("SELECT restarts FROM deployments WHERE app_name = '%s'".formatted(app))
        .getFirst();
  }

  private void crash(String app) {
    var container =
        shop.engine.containers().stream()
            .filter(c -> c.name().value().equals("app-" + app))
            .findFirst()
            .orElseThrow();
    shop.engine.exit(container.id(), 3);
    shop.signal(app, Cause.ENDED);
  }

  private void requireRestart(String app) {
    crash(app);
    awaitRestarted(app);
  }

  private void awaitRestarted(String app) {
    await(app + " is started again")
        .until(() -> restarts(app).equals("1") && shop.state(app).equals("healthy"));
  }

  @Test
  void whileImagesArePulledSlowlyACrashedAppIsRestartedAndAnotherRemovedAndHeld() {
    List.of("web", "old", "held").forEach(shop::healthyApp);
    installSlowly();

    requireRestart("web");
    shop.uninstall("old");
    shop.awaitState("old", "stopped");
    shop.operations.hold(new AppName("held"), "ann", "not now");
    await().until(() -> shop.reason("held").equals("held"));

    requireStillPulling();
  }

  @Test
  void whatWaitsForItsTurnToBePulledIsRemovedAtOnce() {
    installSlowly();
    await().until(() -> SLOW.stream().mapToLong(this::pulls).sum() == 4);
    String queued = SLOW.stream().filter(app -> pulls(app) == 0).findFirst().orElseThrow();

    shop.uninstall(queued);

    shop.awaitState(queued, "stopped");
    assertThat(pulls(queued)).isZero();
  }

  @Test
  void aPullThatEndsMakesRoomForTheNext() {
    installSlowly();
    await().until(() -> SLOW.stream().mapToLong(this::pulls).sum() == 4);
    String first = SLOW.stream().filter(app -> pulls(app) == 1).findFirst().orElseThrow();

    shop.uninstall(first);

    await().until(() -> SLOW.stream().mapToLong(this::pulls).sum() == 5);
  }

  @Test
  void newsDuringAPullDoesNotBeginItAnew() {
    var gate = new CountDownLatch(1);
    shop.app("todos", "installed");
    shop.engine.holdPull(Workshop.REGISTRY + "/todos:latest", gate);
    shop.install("todos");
    shop.awaitState("todos", "pulling");
    int looks = shop.looks.size();
    for (int i = 0; i < 5; i++) {
      shop.signal("todos", Cause.INTERVAL);
    }
    gate.countDown();
    shop.awaitState("todos", "healthy");
    shop.awaitRest();

    assertThat(pulls("todos")).isEqualTo(1);
    assertThat(shop.looks.size()).isGreaterThan(looks);
    assertThat(shop.course("todos"))
        .containsExactly("pending", "pulling", "creating", "starting", "healthy");
  }

  @Test
  void whatIsPulledElsewhereNowIsNotWaitedForAnyMore() {
    UUID id = shop.app("todos", "installed");
    shop.engine.holdPull(Workshop.REGISTRY + "/todos:latest", new CountDownLatch(1));
    shop.engine.offer(Workshop.REGISTRY + "/todos:testing");
    shop.install("todos");
    shop.awaitState("todos", "pulling");

    shop.setting(id, "docker.image.stage", "testing");
    shop.signal("todos", Cause.PLATFORM_CHANGED);

    shop.awaitState("todos", "healthy");
  }

  @Test
  void anAppThatEndsWhileItsNewImageIsPulledIsStartedAgainAtOnce() {
    UUID id = shop.healthyApp("todos");
    ContainerId before = shop.engine.ids().getFirst();
    var gate = new CountDownLatch(1);
    shop.engine.offer(Workshop.REGISTRY + "/todos:testing");
    shop.engine.holdPull(Workshop.REGISTRY + "/todos:testing", gate);
    shop.setting(id, "docker.image.stage", "testing");
    shop.supervise(Duration.ofSeconds(30));
    shop.signal("todos", Cause.PLATFORM_CHANGED);
    shop.awaitState("todos", "pulling");
    for (int times = 0; times < 2; times++) {
      shop.engine.exit(before, 3);
      await("started again").until(() -> shop.engine.inspect(before).orElseThrow().running());
    }
    assertThat(shop.state("todos")).isEqualTo("pulling");

    gate.countDown();
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    assertThat(shop.engine.inspect(before)).isEmpty();
    assertThat(restarts("todos")).isEqualTo("0");
  }

  @Test
  void whatWasGivenUpIsMadeAnewThoughThereIsNewsDuringThePull() {
    shop.close();
    shop = new Workshop(database, Duration.ofSeconds(2));
    shop.healthyApp("todos");
    ContainerId before = shop.engine.ids().getFirst();
    database.execute("UPDATE deployments SET restarts = 3, version = version + 1");
    shop.engine.exit(before, 3);
    shop.signal("todos", Cause.ENDED);
    shop.awaitState("todos", "failed");
    shop.awaitRest();
    var gate = new CountDownLatch(1);
    shop.engine.holdPull(Workshop.REGISTRY + "/todos:latest", gate);
    shop.install("todos");
    shop.awaitState("todos", "pulling");
    shop.signal("todos", Cause.INTERVAL);
    shop.signal("todos", Cause.ENDED);
    gate.countDown();

    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    assertThat(shop.engine.ids()).doesNotContain(before);
  }

  /** A call keeps its place for a second where others want it. */
  private void bear(int mostSlow) {
    shop.convergence.stop(Duration.ofSeconds(5));
    shop.byHand.limitPatience(new Lane.Patience(Duration.ofSeconds(1), mostSlow));
    shop.convergence.start(new Identity("test", "node", UUID.randomUUID()));
  }

  private CountDownLatch hang(String verb) {
    var gate = new CountDownLatch(1);
    SLOW.forEach(app -> shop.engine.holdCalls(verb, "app-" + app, gate));
    return gate;
  }

  /** While all those calls hang, others are installed, started again and removed. */
  private void requireThatOthersGoOn(String verb, CountDownLatch gate) {
    await("all of them hang").until(() -> shop.engine.heldCalls().size() == SLOW.size());

    shop.app("new", "installed");
    shop.install("new");
    shop.awaitState("new", "healthy");
    requireRestart("web");
    shop.uninstall("old");
    shop.awaitState("old", "stopped");

    assertThat(shop.engine.heldCalls())
        .containsExactlyElementsOf(SLOW.stream().map(app -> verb + " app-" + app).toList());
    gate.countDown();
  }

  /** More of them than may look at once. */
  @Test
  void questionsThatHangHoldUpNoOtherApp() {
    List<String> asked = IntStream.range(0, 14).mapToObj(i -> "asked" + i).toList();
    var gate = new CountDownLatch(1);
    asked.forEach(app -> {
      shop.engine.holdCalls("owned", app, gate);
      shop.app(app, "installed");
      shop.install(app);
    });
    await("all of them hang").until(() -> shop.engine.heldCalls().size() == asked.size());

    shop.app("new", "installed");
    shop.install("new");
    shop.awaitState("new", "healthy");
    assertThat(shop.engine.heldCalls()).hasSize(asked.size());

    gate.countDown();
    asked.forEach(app -> shop.awaitState(app, "healthy"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"terminate", "remove"})
  void removalsThatHangHoldUpNoOtherApp(String verb) {
    bear(32);
    List.of("web", "old").forEach(shop::healthyApp);
    SLOW.forEach(shop::healthyApp);
    CountDownLatch gate = hang(verb);
    SLOW.forEach(shop::uninstall);

    requireThatOthersGoOn(verb, gate);

    SLOW.forEach(app -> shop.awaitState(app, "stopped"));
    assertThat(shop.engine.standing()).containsExactly("app-web RUNNING", "app-new RUNNING");
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "start"})
  void installsThatHangHoldUpNoOtherApp(String verb) {
    bear(32);
    List.of("web", "old").forEach(shop::healthyApp);
    CountDownLatch gate = hang(verb);
    SLOW.forEach(app -> shop.app(app, "installed"));
    SLOW.forEach(shop::install);

    requireThatOthersGoOn(verb, gate);

    SLOW.forEach(app -> shop.awaitState(app, "healthy"));
    assertThat(SLOW).allSatisfy(app -> assertThat(calls("create app-" + app)).isEqualTo(1));
  }

  @Test
  void startsThatHangHoldUpNoOtherApp() {
    bear(32);
    List.of("web", "old").forEach(shop::healthyApp);
    SLOW.forEach(shop::healthyApp);
    CountDownLatch gate = hang("start");
    SLOW.forEach(this::crash);

    requireThatOthersGoOn("start", gate);

    SLOW.forEach(app -> awaitRestarted(app));
  }

  @Test
  void whoFindsAllCallsSlowIsToldSoAndHasItsTurnOnceOneEnds() {
    bear(1);
    CountDownLatch gate = hang("create");
    SLOW.forEach(app -> shop.app(app, "installed"));
    SLOW.forEach(shop::install);

    await("one is told")
        .until(
            () -> SLOW.stream().filter(app -> shop.reason(app).equals("engine_busy")).count() == 1);
    await("the others hang").until(() -> shop.engine.heldCalls().size() == 5);

    gate.countDown();
    SLOW.forEach(app -> shop.awaitState(app, "healthy"));
    assertThat(SLOW).allSatisfy(app -> assertThat(calls("create app-" + app)).isEqualTo(1));
  }

  @Test
  void appsThatNeverBecomeHealthyLeaveRoomForRestartAndRemoval() {
    shop.close();
    shop = new Workshop(database, Duration.ofMinutes(5));
    List.of("web", "old").forEach(shop::healthyApp);
    List<String> sick = IntStream.range(0, 70).mapToObj("sick%d"::formatted).toList();
    sick.forEach(shop.engine::sicken);
    sick.forEach(app -> shop.app(app, "installed"));
    sick.forEach(shop::install);
    await("all of them wait to become healthy")
        .until(() ->
            database
                .rows("SELECT count(*) FROM deployments WHERE state = 'starting'")
                .equals(List.of("70")));

    requireRestart("web");
    shop.uninstall("old");
    shop.awaitState("old", "stopped");
  }

  @Test
  void whoWaitsLongestGivesWayWhereNoMoreCanBeWorkedOn() {
    shop.close();
    shop = new Workshop(database, Duration.ofMinutes(5));
    shop.healthyApp("old");
    shop.convergence.stop(Duration.ofSeconds(5));
    shop.byHand.limitWorkers(3);
    shop.convergence.start(new Identity("test", "node", UUID.randomUUID()));
    List<String> sick = List.of("sick1", "sick2", "sick3", "sick4", "sick5");
    sick.forEach(shop.engine::sicken);
    sick.forEach(app -> shop.app(app, "installed"));
    sick.forEach(shop::install);

    sick.forEach(app -> shop.awaitState(app, "starting"));
    shop.uninstall("old");
    shop.awaitState("old", "stopped");
    assertThat(shop.convergence.busy()).isLessThanOrEqualTo(3);
    assertThat(shop.engine.calls().stream().filter(call -> call.startsWith("create ")))
        .as("none is made twice")
        .hasSize(6);
  }
}

package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.engine.SignOfLife;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.OperationRefusedException;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.Workshop;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Watching and reconciling, on a real database with a fake engine. */
@Order(1)
class SupervisionE2E extends InWatchedWorkshop {

  private void healthy(String... apps) {
    for (String app : apps) {
      shop.app(app, "installed");
      shop.install(app);
    }
    for (String app : apps) {
      shop.awaitState(app, "healthy");
    }
    shop.awaitRest();
  }

  @Test
  void aContainerThatEndsIsStartedAgainAndCountedOnce() {
    healthy("todos");
    watching();
    shop.engine.exit(containerOf("todos"), 3);

    eventually("restarted", () -> assertThat(column("todos", "restarts")).isEqualTo("1"));
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    assertThat(shop.course("todos"))
        .containsSubsequence("healthy", "restarting", "starting", "healthy");
    assertThat(column("todos", "restarts")).isEqualTo("1");
    assertThat(shop.engine.calls().stream().filter(c -> c.startsWith("start"))).hasSize(2);
  }

  @Test
  void afterTheLastRestartItHasFailedAndItsContainerIsLeft() {
    healthy("todos");
    watching();
    shop.engine.exitAtStart("todos", 9);
    ContainerId container = containerOf("todos");
    shop.engine.exit(container, 9);

    eventually("failed", () -> assertThat(shop.state("todos")).isEqualTo("failed"));
    assertThat(shop.reason("todos")).isEqualTo("exited");
    assertThat(column("todos", "restarts")).isEqualTo("3");
    assertThat(shop.engine.ids()).contains(container);
    assertThat(starts()).isEqualTo(4);
    assertThat(
            database.rows(
                """
                SELECT details->>'exit_code', details->>'oom_killed', details->>'restarts', details->>'log'
                FROM orchestrator_history WHERE to_state = 'failed'\
                """))
        .singleElement()
        .asString()
        .startsWith("9 false 3 in a row did not help the last line of app-todos");
    assertThat(column("todos", "reason_message"))
        .contains("it stays so until an install event, a settings change, or an operator");
  }

  @Test
  void anAppThatTheEngineCannotStartExcusesNoOther() {
    healthy("todos");
    watching();
    shop.engine.refuseStart("other", FailureCode.RUNTIME_UNAVAILABLE);
    shop.app("other", "installed");
    shop.install("other");
    eventually("is refused", () -> assertThat(shop.reason("other")).isEqualTo("engine_error"));
    for (String counted : List.of("1", "2", "3")) {
      endsBesideRefusals("todos");
      eventually("counted", () -> assertThat(column("todos", "restarts")).isEqualTo(counted));
      shop.awaitState("todos", "healthy");
    }
    endsBesideRefusals("todos");

    eventually("failed", () -> assertThat(shop.state("todos")).isEqualTo("failed"));
    assertThat(shop.reason("todos")).isEqualTo("exited");
  }

  /** As a proxy's page says it that is given for one app's call alone. */
  @Test
  void whatIsNoAnswerWhileTheEngineAnswersIsTriedWithGrowingPausesAndAnEnd() {
    shop.engine.refuseStart("todos", FailureCode.RUNTIME_UNAVAILABLE);
    shop.app("todos", "installed");
    shop.install("todos");
    shop.awaitState("todos", "pending");
    triedEightTimes("todos");

    assertThat(shop.reason("todos")).isEqualTo("engine_error");
    assertThat(shop.engine.standing()).isEmpty();
    shop.engine.refuseStart("todos", null);
    shop.install("todos");
    shop.awaitState("todos", "healthy");
  }

  @Test
  void aPullThatIsNoAnswerWhileTheEngineAnswersHasAnEndToo() {
    shop.engine.failPull("registry.test/todos:latest", FailureCode.RUNTIME_UNAVAILABLE);
    shop.app("todos", "installed");
    shop.install("todos");
    shop.awaitState("todos", "pending");
    triedEightTimes("todos");

    assertThat(shop.reason("todos")).isEqualTo("engine_error");
    assertThat(
            database.rows("SELECT count(*) FROM orchestrator_history WHERE code = 'engine_error'"))
        .containsExactly("8");
  }

  @Test
  void aRestartThatIsNoAnswerWhileTheEngineAnswersHasAnEndToo() {
    healthy("todos");
    watching();
    shop.engine.refuseStart("todos", FailureCode.RUNTIME_UNAVAILABLE);
    shop.engine.exit(containerOf("todos"), 9);
    triedEightTimes("todos");

    assertThat(column("todos", "restarts")).as("nothing ran").isEqualTo("0");
    assertThat(shop.engine.standing()).containsExactly("app-todos EXITED");
  }

  @Test
  void anUpdateWhosePullIsNoAnswerWaitsWhileWhatRunsGoesOn() {
    UUID id = shop.healthyApp("todos");
    ContainerId running = containerOf("todos");
    shop.engine.failPull("registry.test/todos:testing", FailureCode.RUNTIME_UNAVAILABLE);
    shop.setting(id, "docker.image.stage", "testing");
    shop.install("todos");
    eventually("waits", () -> assertThat(shop.reason("todos")).isEqualTo("engine_error"));
    shop.awaitRest();

    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(containerOf("todos")).isEqualTo(running);
    assertThat(column("todos", "update_attempts")).isEqualTo("1");
  }

  @Test
  void anUpdateIsNotRefusedForAFewCallsWithoutAnAnswer() {
    UUID id = shop.healthyApp("todos");
    ContainerId before = containerOf("todos");
    shop.engine.refuseStart("todos", FailureCode.RUNTIME_UNAVAILABLE);
    shop.engine.offer("registry.test/todos:testing");
    shop.setting(id, "docker.image.stage", "testing");
    shop.install("todos");
    eventually("put off", () -> assertThat(shop.reason("todos")).isEqualTo("engine_error"));
    shop.awaitRest();
    shop.engine.refuseStart("todos", null);
    shop.endPauses();

    shop.awaitState("todos", "healthy");
    assertThat(containerOf("todos")).isNotEqualTo(before);
    assertThat(column("todos", "image_reference")).isEqualTo("registry.test/todos:testing");
  }

  /** The engine refuses to start the other app once more, and then this one ends. */
  private void endsBesideRefusals(String app) {
    int refused = looksAt("other");
    shop.signal("other", Cause.INSTALLED);
    eventually("refused again", () -> assertThat(looksAt("other")).isGreaterThan(refused));
    shop.engine.exit(containerOf(app), 9);
  }

  private int looksAt(String app) {
    return (int) shop.looks.stream().filter(look -> look.app().value().equals(app)).count();
  }

  @Test
  void whatTheEngineAnswersIsTriedWithGrowingPausesAndAnEnd() {
    shop.engine.refuseStart("todos", FailureCode.ENGINE_ERROR);
    shop.app("todos", "installed");
    shop.install("todos");
    shop.awaitState("todos", "pending");
    triedEightTimes("todos");

    assertThat(shop.engine.standing()).isEmpty();
    shop.engine.refuseStart("todos", null);
    shop.install("todos");
    shop.awaitState("todos", "healthy");
  }

  @Test
  void aRestartThatTheEngineRefusesHasAnEndToo() {
    healthy("todos");
    watching();
    shop.engine.refuseStart("todos", FailureCode.NO_ADDRESS);
    shop.engine.exit(containerOf("todos"), 9);
    triedEightTimes("todos");

    assertThat(column("todos", "restarts")).as("nothing ran").isEqualTo("0");
    assertThat(shop.engine.standing()).containsExactly("app-todos EXITED");
  }

  @Test
  void whatFailedForTheEngineIsTriedAnewOnceTheEngineWasAway() {
    healthy("todos", "other");
    Supervision supervision = watching();
    shop.engine.refuseStart("todos", FailureCode.NO_ADDRESS);
    shop.engine.exit(containerOf("todos"), 9);
    triedEightTimes("todos");
    for (int end = 0; end < 4; end++) {
      shop.awaitState("other", "healthy");
      shop.awaitRest();
      shop.engine.exit(containerOf("other"), 9);
      int ended = end;
      eventually(
          "answered",
          () ->
              assertThat(
                      column("other", "restarts").equals(Integer.toString(ended + 1))
                          || shop.state("other").equals("failed"))
                  .isTrue());
    }
    shop.awaitState("other", "failed");
    shop.engine.refuseStart("todos", null);

    engineGoes(supervision);
    shop.engine.answer(true);
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    assertThat(shop.state("other")).as("its own end has nothing to do with it").isEqualTo("failed");
  }

  /** Each try is followed by a pause, which is ended here. */
  private void triedEightTimes(String app) {
    for (int attempt = 1; attempt < 8; attempt++) {
      String failed = Integer.toString(attempt);
      eventually("refused", () -> assertThat(column(app, "attempts")).isEqualTo(failed));
      assertThat(shop.state(app)).isEqualTo("pending");
      Duration pause = Duration.ofSeconds(Math.min(300, 5L << (attempt - 1)));
      assertThat(
              database.rows(
                  "SELECT round(extract(epoch FROM next_look_at - updated_at)) FROM deployments WHERE app_name = '%s'"
                      .formatted(app)))
          .as("pause after try %d", attempt)
          .allSatisfy(seconds ->
              assertThat(Long.parseLong(seconds))
                  .isBetween(pause.toSeconds() - 4, pause.toSeconds() + 1));
      shop.awaitRest();
      shop.signal(app, Cause.SPACE_FREED);
    }
    shop.awaitState(app, "failed");
    shop.awaitRest();
  }

  @Test
  void restartsAreForgottenAfterTenHealthyMinutes() {
    healthy("todos");
    watching();
    database.execute(
        "UPDATE deployments SET restarts = 3, healthy_since = now() - interval '11 minutes',"
            + " version = version + 1");
    shop.engine.exit(containerOf("todos"), 3);

    eventually("counted anew", () -> assertThat(column("todos", "restarts")).isEqualTo("1"));
    shop.awaitState("todos", "healthy");
  }

  @Test
  void anAppThatStopsAnsweringIsRestarted() {
    healthy("todos");
    Supervision supervision = watching();
    eventually("is watched", () -> assertThat(supervision.watched()).isEqualTo(1));
    shop.engine.sicken("todos");

    eventually("begun again", () -> assertThat(starts()).isEqualTo(2));
    assertThat(shop.engine.calls()).filteredOn(call -> call.startsWith("terminate")).hasSize(1);
    shop.engine.heal("todos");
    shop.awaitState("todos", "healthy");
    assertThat(column("todos", "restarts")).isEqualTo("1");
    assertThat(shop.course("todos"))
        .containsSubsequence("healthy", "unhealthy", "restarting", "starting", "healthy");
    assertThat(
            database.rows(
                "SELECT details->>'last_probe' FROM orchestrator_history WHERE code = 'unhealthy'"))
        .contains("answered 503");
    assertThat(shop.engine.calls().stream().filter(c -> c.startsWith("create"))).hasSize(1);
  }

  @Test
  void whenMostAppsFailAtOnceNoneIsRestartedForIt() {
    String[] apps = IntStream.range(0, 5).mapToObj(i -> "app" + i).toArray(String[]::new);
    healthy(apps);
    Supervision supervision = watching();
    eventually("all are watched", () -> assertThat(supervision.watched()).isEqualTo(5));
    List.of(apps).forEach(shop.engine::sicken);

    eventually("noticed", () -> assertThat(supervision.hostTrouble()).contains("5 of 5 apps"));
    List.of(apps).forEach(shop.engine::heal);
    eventually("over", () -> assertThat(supervision.hostTrouble()).isEmpty());
    shop.awaitRest();
    assertThat(database.rows("SELECT count(*) FROM deployments WHERE restarts > 1"))
        .containsExactly("0");
    assertThat(database.rows("SELECT count(*) < 3 FROM deployments WHERE restarts > 0"))
        .as("one on trial, and perhaps its successor")
        .containsExactly("t");
  }

  @Test
  void whatAllNeedBeingAwayForLongCostsNoAppItsRestarts() {
    String[] apps = IntStream.range(0, 5).mapToObj(i -> "app" + i).toArray(String[]::new);
    healthy(apps);
    Supervision supervision = watching();
    eventually("all are watched", () -> assertThat(supervision.watched()).isEqualTo(5));
    List.of(apps).forEach(shop.engine::sicken);
    // every one of them had its trial, and several start time-outs have passed since the first
    eventually("all were tried", () -> assertThat(starts()).isGreaterThanOrEqualTo(10));
    assertThat(supervision.hostTrouble()).contains("5 of 5 apps");
    shop.engine.exitAtStart("app0", 7);
    shop.engine.exit(containerOf("app0"), 7);
    eventually("ended too often", () -> assertThat(shop.state("app0")).isEqualTo("failed"));
    shop.engine.heal("app0");
    assertThat(supervision.hostTrouble()).isNotEmpty();
    List.of(apps).forEach(shop.engine::heal);

    for (String app : apps) {
      eventually("healthy again", () -> assertThat(shop.state(app)).isEqualTo("healthy"));
    }
    eventually("over", () -> assertThat(supervision.hostTrouble()).isEmpty());
    assertThat(database.rows("SELECT sum(restarts) FROM deployments")).containsExactly("0");
  }

  @Test
  void whatTheEngineFindsUnhealthyIsRestartedThoughItToldOfNothing() {
    shop.app("todos", "installed");
    shop.engine.offer(
        "registry.test/todos:latest",
        FakeApp.of(FakeApp.Manner.WELL).withHealthcheck("CMD", "/check"));
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    Supervision supervision = watching();
    eventually("is watched", () -> assertThat(supervision.watched()).isEqualTo(1));
    shop.engine.sicken("todos");

    eventually("begun again", () -> assertThat(starts()).isEqualTo(2));
    shop.engine.heal("todos");
    shop.awaitState("todos", "healthy");
  }

  @Test
  void whatTheEngineTellsOfIsJudgedAsFailedProbesAre() {
    String[] apps = IntStream.range(0, 6).mapToObj(i -> "app" + i).toArray(String[]::new);
    for (String app : apps) {
      shop.app(app, "installed");
      shop.engine.offer(
          "registry.test/%s:latest".formatted(app),
          FakeApp.of(FakeApp.Manner.WELL).withHealthcheck("CMD", "/check"));
      shop.install(app);
    }
    List.of(apps).forEach(app -> shop.awaitState(app, "healthy"));
    Supervision supervision = shop.supervise(Duration.ofMinutes(1)); // events alone tell of it
    eventually("all are watched", () -> assertThat(supervision.watched()).isEqualTo(6));
    List.of(apps).forEach(shop.engine::sicken);
    List.of(apps).forEach(app -> shop.engine.tellUnhealthy(containerOf(app)));

    eventually("noticed", () -> assertThat(supervision.hostTrouble()).contains("6 of 6 apps"));
    shop.awaitRest();
    assertThat(database.rows("SELECT count(*) FROM deployments WHERE state = 'healthy'"))
        .containsExactly("6");
  }

  /** Fails so often that its next own try is minutes away. */
  private void parked(String app, FailureCode code) {
    shop.app(app, "installed");
    shop.engine.failPull("registry.test/%s:latest".formatted(app), code);
    shop.install(app);
    shop.awaitState(app, "pending");
    for (int attempt = 1; attempt <= 6; attempt++) {
      String failed = Integer.toString(attempt);
      eventually("failed", () -> assertThat(column(app, "attempts")).isEqualTo(failed));
      if (attempt < 6) {
        shop.awaitRest();
        shop.signal(app, Cause.SPACE_FREED);
      }
    }
    shop.awaitRest();
    assertThat(shop.state(app)).isEqualTo("pending");
  }

  @Test
  void whatWaitsForSpaceGoesOnWhenSomebodyFreesItAndNotForWhatWeRemoveOurselves() {
    healthy("other", "witness");
    parked("todos", FailureCode.DISK_FULL);
    watching();
    shop.app("marker", "installed"); // found by the comparison in which who waits is noted, too
    shop.awaitState("marker", "healthy");
    shop.uninstall("other");
    shop.awaitState("other", "stopped");
    shop.engine.exit(containerOf("witness"), 3); // told of after the removal
    eventually("restarted", () -> assertThat(column("witness", "restarts")).isEqualTo("1"));
    shop.awaitRest();
    assertThat(column("todos", "attempts")).isEqualTo("6");

    shop.engine.failPull("registry.test/todos:latest", null);
    eventually(
        "goes on",
        () -> {
          shop.engine.vanish(shop.engine.foreign("foreign"));
          assertThat(shop.state("todos")).isEqualTo("healthy");
        });
  }

  @Test
  void whatWaitsForTheRegistryGoesOnWhenItAnswersAgain() throws IOException {
    parked("todos", FailureCode.REGISTRY_UNREACHABLE);
    shop.engine.failPull("registry.test/todos:latest", null);
    var registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var asked = new AtomicInteger();
    registry.createContext(
        "/v2/",
        exchange -> {
          exchange.sendResponseHeaders(asked.incrementAndGet() == 1 ? 503 : 401, -1);
          exchange.close();
        });
    registry.start();
    try {
      String address = "127.0.0.1:" + registry.getAddress().getPort();
      shop.supervise(withRegistry(address), shop.engine, shop.nodes);

      eventually("goes on", () -> assertThat(shop.state("todos")).isEqualTo("healthy"));
      assertThat(asked.get()).isGreaterThan(1);
    } finally {
      registry.stop(0);
    }
  }

  private static Settings withRegistry(String address) {
    Settings all = Workshop.settings(INTERVAL, false);
    return new Settings(
        all.eventbusEnabled(),
        all.dockerEnabled(),
        all.broker(),
        all.database(),
        all.engine(),
        new Settings.Registry(address, Optional.empty(), new Secret("")),
        all.containers(),
        all.timeouts(),
        all.healthChecks(),
        all.reconciliation(),
        all.apps(),
        all.access());
  }

  @Test
  void anExitDuringTroubleOfTheDatabaseIsNotExcused() {
    healthy("todos");
    Supervision supervision = watching();
    database.execute("ALTER TABLE apps RENAME TO apps_away");
    try {
      eventually("is noticed", () -> assertThat(supervision.trouble()).isNotEmpty());
      shop.engine.exit(containerOf("todos"), 3);
      eventually("waits", () -> assertThat(unhandled("todos")).isTrue());
    } finally {
      database.execute("ALTER TABLE apps_away RENAME TO apps");
    }

    eventually("counted", () -> assertThat(column("todos", "restarts")).isEqualTo("1"));
    eventually(
        "compared anew, and not because of the engine",
        () ->
            assertThat(supervision.lastReport().orElseThrow().cause())
                .isEqualTo(Cause.INTERRUPTED.word()));
    shop.awaitState("todos", "healthy");
  }

  private boolean unhandled(String app) {
    return !database
        .rows(
            "SELECT 1 FROM orchestrator_work WHERE app_name = '%s' AND signal_seq > handled_seq"
                .formatted(app))
        .isEmpty();
  }

  @Test
  void anErrorIsToldOfAndGotOver() {
    var broken = new AtomicBoolean(true);
    Supervision supervision =
        shop.supervise(Workshop.settings(INTERVAL, false), breaking(broken), shop.nodes);
    eventually("is told of", () -> assertThat(supervision.trouble()).contains("for a test"));
    assertThat(supervision.lastReport()).isEmpty();
    broken.set(false);

    eventually("goes on", () -> assertThat(supervision.lastReport()).isPresent());
    eventually("is over", () -> assertThat(supervision.trouble()).isEmpty());
  }

  /** The engine, behind a fault of our own. */
  private RuntimeView breaking(AtomicBoolean broken) {
    return engineThat(called -> {
      if (broken.get()) {
        throw new NoClassDefFoundError("for a test");
      }
    });
  }

  /** The engine, and what happens before each call of that name. */
  private RuntimeView engineThat(Consumer<String> before) {
    return (RuntimeView)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {RuntimeView.class},
            (self, method, arguments) -> {
              before.accept(method.getName());
              return called(shop.engine, method, arguments);
            });
  }

  private static Object called(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void engineGoes(Supervision supervision) {
    shop.engine.answer(false);
    shop.engine.breakEvents();
    eventually("noticed", () -> assertThat(supervision.trouble()).contains("not heard"));
  }

  @Test
  void aCutStreamOfAnEngineThatAnswersExcusesNothingAndEndsNoPause() {
    healthy("todos");
    parked("other", FailureCode.DISK_FULL);
    Supervision supervision = watching();
    for (String restarts : List.of("1", "2", "3")) {
      shop.engine.exit(containerOf("todos"), 3);
      shop.engine.breakEvents();
      eventually("counted", () -> assertThat(column("todos", "restarts")).isEqualTo(restarts));
      shop.awaitState("todos", "healthy");
    }
    int followed = shop.engine.followed();
    shop.engine.breakEvents();
    eventually("heard again", () -> assertThat(shop.engine.followed()).isGreaterThan(followed));
    shop.engine.exit(containerOf("todos"), 3);

    eventually("failed", () -> assertThat(shop.state("todos")).isEqualTo("failed"));
    assertThat(supervision.trouble()).isEmpty();
    assertThat(supervision.hostTrouble()).isEmpty();
    assertThat(supervision.lastReport().orElseThrow().cause()).isEqualTo(Cause.EVENTS_CUT.word());
    assertThat(column("other", "attempts")).as("its pause goes on").isEqualTo("6");
  }

  @Test
  void whatEndedWhileTheEngineWasAwayIsStartedAgainUncounted() {
    healthy("todos");
    engineGoes(watching());
    shop.engine.exit(containerOf("todos"), 0);
    shop.engine.answer(true);

    eventually(
        "runs again",
        () -> assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING"));
    shop.awaitState("todos", "healthy");
    assertThat(column("todos", "restarts")).isEqualTo("0");
  }

  /** As behind a socket that a service manager holds open: a ping waits, and is answered. */
  @Test
  void whatEndedWhileAnEngineWasStartedAnewBehindAnOpenSocketIsUncounted() {
    healthy("todos");
    ContainerId container = containerOf("todos");
    var startedAnew = new AtomicBoolean();
    Supervision supervision =
        shop.supervise(
            Workshop.settings(INTERVAL, false),
            engineThat(called -> {
              if (called.equals("ping") && startedAnew.getAndSet(false)) {
                LockSupport.parkNanos(SignOfLife.LATE.multipliedBy(2).toNanos());
                shop.engine.exit(container, 137); // earlier, but then nobody could see it
              }
            }),
            shop.nodes);
    eventually("watches", () -> assertThat(supervision.lastReport()).isPresent());
    startedAnew.set(true);
    shop.engine.breakEvents();

    eventually("started again", () -> assertThat(starts()).isEqualTo(2));
    shop.awaitState("todos", "healthy");
    assertThat(startedAnew).isFalse();
    assertThat(shop.course("todos")).containsSubsequence("healthy", "restarting", "healthy");
    assertThat(column("todos", "restarts")).isEqualTo("0");
  }

  @Test
  void anEngineThatAnswersButTellsNothingExcusesNoRunThatBeganSince() {
    healthy("todos");
    var denied = new AtomicBoolean();
    Supervision supervision =
        shop.supervise(
            Workshop.settings(INTERVAL, false),
            engineThat(called -> {
              if (called.equals("follow") && denied.get()) {
                throw new DeploymentException(FailureCode.RUNTIME_UNAVAILABLE, "no events here");
              }
            }),
            shop.nodes);
    eventually("watches", () -> assertThat(supervision.lastReport()).isPresent());
    denied.set(true);
    engineGoes(supervision);
    shop.engine.answer(true);
    eventually("answers", () -> assertThat(supervision.trouble()).contains("engine answers"));
    shop.engine.exit(containerOf("todos"), 137);
    supervision.reconcile(Cause.INTERVAL);
    eventually("started again", () -> assertThat(starts()).isEqualTo(2));
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    assertThat(column("todos", "restarts")).as("ended with the engine").isEqualTo("0");
    shop.engine.exit(containerOf("todos"), 3);
    supervision.reconcile(Cause.INTERVAL);

    eventually("counted", () -> assertThat(column("todos", "restarts")).isEqualTo("1"));
  }

  @Test
  void whatEndsWithTheEngineWhileItStartsHasLostNoTry() {
    shop.engine.exitAtStart("todos", 137);
    shop.engine.witness(event -> {
      if (event.kind() == EngineEvent.Kind.EXITED) {
        Instant ended = Instant.now();
        while (!TimeSource.REAL.clock().instant().isAfter(ended)) {
          Thread.onSpinWait(); // the database's clock is not the engine's
        }
        shop.convergence.engineWasInTrouble();
        shop.engine.heal("todos");
      }
    });
    shop.app("todos", "installed");
    shop.install("todos");

    shop.awaitState("todos", "healthy");
    assertThat(starts()).isEqualTo(2);
    assertThat(shop.engine.ids()).as("containers").hasSize(1);
    assertThat(shop.engine.calls().stream().filter(call -> call.startsWith("create"))).hasSize(1);
    assertThat(shop.course("todos")).containsSubsequence("starting", "pending", "starting");
  }

  @Test
  void whatEndsInARunThatBeganAfterTheTroubleIsCounted() {
    healthy("todos");
    engineGoes(watching());
    shop.engine.exit(containerOf("todos"), 0);
    shop.engine.answer(true);
    eventually(
        "runs again",
        () -> assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING"));
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    assertThat(column("todos", "restarts")).isEqualTo("0");
    shop.engine.exit(containerOf("todos"), 3);

    eventually("counted", () -> assertThat(column("todos", "restarts")).isEqualTo("1"));
  }

  @Test
  void atStartRunningContainersAreNotTouchedStoppedOnesStartedAndMissingOnesMade() {
    healthy("keep", "stopped", "gone");
    List<String> before = shop.engine.calls();
    shop.engine.exit(containerOf("stopped"), 0);
    shop.engine.vanish(containerOf("gone"));
    ContainerId kept = containerOf("keep");
    Supervision supervision = watching();

    for (String app : List.of("keep", "stopped", "gone")) {
      shop.awaitState(app, "healthy");
    }
    shop.awaitRest();
    assertThat(shop.engine.standing())
        .containsExactlyInAnyOrder("app-keep RUNNING", "app-stopped RUNNING", "app-gone RUNNING");
    assertThat(shop.engine.calls().subList(before.size(), shop.engine.calls().size()))
        .noneMatch(call -> call.contains(kept.value()) || call.startsWith("pull"));
    assertThat(supervision.lastReport().orElseThrow().remaining()).isEmpty();
    assertThat(column("stopped", "restarts")).isEqualTo("0");
  }

  @Test
  void atStartAppsComeUpInTheOrderOfTheirDependencies() {
    var base = shop.app("base", "installed");
    var middle = shop.app("middle", "installed");
    var top = shop.app("top", "installed");
    shop.dependency(top, middle, "HARD");
    shop.dependency(middle, base, "SOFT");
    watching();

    for (String app : List.of("base", "middle", "top")) {
      shop.awaitState(app, "healthy");
    }
    assertThat(shop.engine.calls().stream().filter(c -> c.startsWith("create")))
        .containsExactly("create app-base", "create app-middle", "create app-top");
  }

  @Test
  void aLostEventIsFoundByComparing() {
    watching();
    shop.app("todos", "installed");

    shop.awaitState("todos", "healthy");
    shop.set("todos", "registered");
    shop.awaitState("todos", "stopped");
    assertThat(shop.engine.standing()).isEmpty();
  }

  @Test
  void aRowSetToFailedByHandIsDeployedAnew() {
    healthy("todos");
    watching();
    database.execute("UPDATE deployments SET state = 'failed'");

    shop.awaitState("todos", "healthy");
    assertThat(database.rows("SELECT message FROM orchestrator_history ORDER BY id"))
        .contains("tried anew");
  }

  @Test
  void aChangedStageIsDeployedAndTheOldVersionComesBackIfItDoesNotWork() {
    var id = shop.app("todos", "installed");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    watching();
    shop.engine.offer("registry.test/todos:testing");
    shop.setting(id, "docker.image.stage", "testing");

    eventually(
        "updated",
        () ->
            assertThat(column("todos", "image_reference"))
                .isEqualTo("registry.test/todos:testing"));
    shop.awaitState("todos", "healthy");
    ContainerId working = containerOf("todos");
    database.execute("UPDATE settings SET value = 'pre-release'");
    shop.engine.offer("registry.test/todos:pre-release");
    shop.engine.exitAtStart("todos", 1);

    eventually(
        "tried", () -> assertThat(shop.engine.calls()).anyMatch(c -> c.endsWith("pre-release")));
    eventually("refused", () -> assertThat(shop.reason("todos")).isEqualTo("exited"));
    shop.engine.heal("todos");
    assertThat(containerOf("todos")).isEqualTo(working);
  }

  @Test
  void orphansOfUninstalledAppsGoAndOthersStayForNow() {
    healthy("known", "unknown", "wanted");
    database.execute("UPDATE apps SET state = 'registered' WHERE name = 'known'");
    database.execute("DELETE FROM deployments WHERE app_name = 'known'");
    database.execute("DELETE FROM apps WHERE name = 'unknown'");
    ContainerId foreign = shop.engine.foreign("app-foreign");
    watching();

    eventually(
        "known is gone",
        () ->
            assertThat(shop.engine.standing())
                .containsExactlyInAnyOrder(
                    "app-unknown RUNNING", "app-wanted RUNNING", "app-foreign RUNNING"));
    shop.signal("unknown", Cause.INTERVAL);
    shop.awaitRest();
    assertThat(shop.engine.standing()).contains("app-unknown RUNNING");
    assertThat(shop.engine.ids()).contains(foreign);
    shop.uninstallEvent("unknown");
    eventually(
        "an event takes it",
        () -> assertThat(shop.engine.standing()).doesNotContain("app-unknown RUNNING"));
  }

  @Test
  void orphansGoAfterTenMinutes() throws InterruptedException {
    reconcileOverTenMinutes(false);

    assertThat(shop.engine.standing()).containsExactly("app-wanted RUNNING");
  }

  @Test
  void orphansStayInADryRun() throws InterruptedException {
    reconcileOverTenMinutes(true);

    assertThat(shop.engine.standing())
        .containsExactlyInAnyOrder("app-unknown RUNNING", "app-wanted RUNNING");
  }

  private SupervisionOnCall onCall(boolean dryRun) {
    return shop.superviseOnCall(
        Workshop.settings(INTERVAL, dryRun), Executors.newCachedThreadPool(), new TestTime());
  }

  private void reconcileAfter(SupervisionOnCall supervision, String time)
      throws InterruptedException {
    database.execute(
        "UPDATE orchestrator_orphan SET since = since - interval '%1$s', removed_at = removed_at - interval '%1$s'"
            .formatted(time));
    supervision.reconcile(Cause.INTERVAL);
    supervision.turn();
    shop.awaitRest();
  }

  private void reconcileOverTenMinutes(boolean dryRun) throws InterruptedException {
    healthy("unknown", "wanted");
    database.execute("DELETE FROM apps WHERE name = 'unknown'");
    SupervisionOnCall supervision = onCall(dryRun);
    for (String time : List.of("0 s", "5 min", "4 min")) {
      reconcileAfter(supervision, time);
      assertThat(shop.engine.standing()).contains("app-unknown RUNNING");
    }
    reconcileAfter(supervision, "1 min");
  }

  @Test
  void noMoreThanATenthOfTheAppsGoesInAnHourHoweverOftenItIsReconciled()
      throws InterruptedException {
    healthy("a", "b", "c", "wanted");
    database.execute("DELETE FROM apps WHERE name <> 'wanted'");
    SupervisionOnCall supervision = onCall(false);
    reconcileAfter(supervision, "0 s");
    for (String time : List.of("10 min", "1 min", "1 min", "1 min", "40 min")) {
      reconcileAfter(supervision, time);
      assertThat(shop.engine.standing()).as("after %s more", time).hasSize(3);
    }
    SupervisionOnCall another = onCall(false); // as after a restart
    reconcileAfter(another, "1 min");
    assertThat(shop.engine.standing()).hasSize(3);
    reconcileAfter(another, "30 min");
    assertThat(shop.engine.standing()).hasSize(2);
  }

  @Test
  void manyOrphansGoByAnOperatorsWordAlone() throws InterruptedException {
    healthy("a", "b", "c", "d", "wanted");
    database.execute("DELETE FROM apps WHERE name <> 'wanted'");
    SupervisionOnCall supervision = onCall(false);
    reconcileAfter(supervision, "0 s");
    reconcileAfter(supervision, "5 hours");
    assertThat(shop.engine.standing()).hasSize(5);
    assertThatExceptionOfType(OperationRefusedException.class)
        .isThrownBy(() ->
            shop.operations.removeOrphans(List.of(new AppName("a"), new AppName("wanted")), "ann"))
        .withMessageContaining("wanted");
    reconcileAfter(supervision, "1 min");
    assertThat(shop.engine.standing()).hasSize(5);

    shop.operations.removeOrphans(
        List.of(new AppName("a"), new AppName("b"), new AppName("c")), "ann");
    reconcileAfter(supervision, "1 min");
    assertThat(shop.engine.standing())
        .containsExactlyInAnyOrder("app-d RUNNING", "app-wanted RUNNING");
    assertThat(
            database.rows(
                "SELECT count(*) FROM orchestrator_history WHERE actor = 'ann' AND message LIKE 'may be removed%'"))
        .containsExactly("3");
  }

  @Test
  void aHeldAppStaysStoppedUntilReleased() {
    healthy("todos");
    watching();
    shop.operations.hold(new AppName("todos"), "ann", "maintenance");

    shop.awaitState("todos", "pending");
    eventually(
        "stopped", () -> assertThat(shop.engine.standing()).containsExactly("app-todos EXITED"));
    assertThat(shop.reason("todos")).isEqualTo("held");
    shop.install("todos");
    shop.awaitRest();
    assertThat(shop.engine.standing()).containsExactly("app-todos EXITED");

    assertThat(shop.operations.release(new AppName("todos"), "ann")).isTrue();
    shop.awaitState("todos", "healthy");
    assertThat(column("todos", "restarts")).isEqualTo("0");
    assertThat(
            database.rows(
                "SELECT actor, message FROM orchestrator_history WHERE actor <> 'orchestrator'"
                    + " ORDER BY id"))
        .containsExactly("ann to be held: maintenance", "ann released");
  }

  @Test
  void anOperatorRestartsAndRedeploys() {
    healthy("todos");
    ContainerId first = containerOf("todos");
    shop.operations.restart(new AppName("todos"), "ann");
    shop.awaitRest();
    shop.awaitState("todos", "healthy");

    assertThat(containerOf("todos")).isEqualTo(first);
    assertThat(column("todos", "restarts")).isEqualTo("0");
    assertThat(shop.engine.calls()).contains("terminate " + first);

    shop.operations.redeploy(new AppName("todos"), "ann");
    shop.awaitRest();
    shop.awaitState("todos", "healthy");
    assertThat(containerOf("todos")).isNotEqualTo(first);
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }

  @Test
  void aRedeployOutlivesARegistryThatIsAway() {
    healthy("todos");
    shop.engine.failPull("registry.test/todos:latest", FailureCode.REGISTRY_UNREACHABLE);
    ContainerId first = containerOf("todos");
    shop.operations.redeploy(new AppName("todos"), "ann");
    shop.awaitRest();
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.reason("todos")).isEqualTo("registry_unreachable");
    shop.engine.failPull("registry.test/todos:latest", null);
    shop.signal("todos", Cause.REGISTRY_BACK);

    eventually("anew", () -> assertThat(containerOf("todos")).isNotEqualTo(first));
    shop.awaitState("todos", "healthy");
  }

  @Test
  void oneInstanceWatchesAndTheOtherGoesOnWhenItStops() {
    Supervision first = watching();
    Supervision second = shop.supervise(INTERVAL);

    eventually("second asked", () -> assertThat(second.isWatching()).isFalse());
    assertThat(first.isWatching()).isTrue();
    first.stop();
    eventually("second goes on", () -> assertThat(second.isWatching()).isTrue());
    assertThat(first.isWatching()).isFalse();
  }

  @Test
  void whoStopsWhileItAsksForTheTurnGivesItBack() throws Exception {
    List<String> calls = new CopyOnWriteArrayList<>();
    var asking = new CountDownLatch(1);
    var answer = new CountDownLatch(1);
    var slow =
        (Nodes)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Nodes.class},
                (self, method, arguments) -> {
                  if (method.getName().equals("supervise")) {
                    asking.countDown();
                    answer.await();
                  }
                  Object result = called(shop.nodes, method, arguments);
                  calls.add(method.getName());
                  return result;
                });
    Supervision supervision = shop.supervise(Workshop.settings(INTERVAL, false), shop.engine, slow);
    asking.await();
    var stop = CompletableFuture.runAsync(supervision::stop);
    eventually("stops", () -> assertThat(stop.isDone() || isWaiting("awaitBeat")).isTrue());
    answer.countDown();
    stop.get();

    eventually(
        "gave it back", () -> assertThat(calls).startsWith("supervise").endsWith("handOver"));
    assertThat(shop.nodes.supervise("node", UUID.randomUUID(), Duration.ofSeconds(1)).watches())
        .isTrue();
  }

  private static boolean isWaiting(String in) {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Stream::of)
        .anyMatch(frame -> frame.getMethodName().equals(in));
  }
}

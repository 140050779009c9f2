package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.RestartPause;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.testing.FakeEngine;
import io.appserver.orchestrator.testing.FakeEngine.Fault;
import io.appserver.orchestrator.testing.InWorkshop;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What a look takes up and what it leaves to the next: causes, changes of mind while it goes on,
 * and what a deployment that waits or was given up is woken by.
 */
class LooksE2E extends InWorkshop {

  private static final AppName TODOS = new AppName("todos");
  private static final String TODOS_IMAGE = Workshop.REGISTRY + "/todos:latest";

  private long calls(String verb) {
    return shop.engine.calls().stream().filter(call -> call.startsWith(verb + " ")).count();
  }

  private String column(String column) {
    return database.rows("SELECT %s FROM deployments".formatted(column)).getFirst();
  }

  /** As another instance of the node does, of which nobody here is told but by the database. */
  private void signalElsewhere(Cause cause) {
    shop.work.signal("node", TODOS, cause);
  }

  /** Such as the engine's answer that overflows the stack of who reads it. */
  @Test
  void anErrorInALookIsPausedLikeAnyOtherAndHarmsNoOther() {
    shop.convergence.stop(Duration.ofSeconds(5));
    var asked = new CopyOnWriteArrayList<Long>();
    var engine =
        new FakeEngine() {
          @Override
          public List<ObservedContainer> owned(String installation, AppName app) {
            if (app.equals(TODOS)) {
              asked.add(System.nanoTime());
              throw new StackOverflowError("an odd answer");
            }
            return super.owned(installation, app);
          }
        };
    shop.app("todos", "installed");
    shop.app("notes", "installed");
    engine.offer(Workshop.REGISTRY + "/notes:latest");
    ConvergenceService instance =
        shop.orchestration(Workshop.settings(Duration.ofSeconds(2)), engine);
    instance.start(new Identity("test", "node", UUID.randomUUID()));
    try {
      instance.signal(TODOS, Cause.INSTALLED);
      await().until(() -> !asked.isEmpty());
      instance.signal(new AppName("notes"), Cause.INSTALLED);
      shop.awaitState("notes", "healthy");
      await().until(() -> asked.size() >= 3);
    } finally {
      instance.stop(Duration.ofSeconds(5));
    }

    for (int times = 1; times < 3; times++) {
      assertThat(Duration.ofNanos(asked.get(times) - asked.get(times - 1)))
          .as("pause after error %d", times)
          .isGreaterThanOrEqualTo(RestartPause.after(times));
    }
  }

  @Test
  void aSignalDuringARedeployDoesNotMakeItHappenTwice() {
    shop.healthyApp("todos");
    var gate = new CountDownLatch(1);
    shop.engine.holdPulls(gate);
    shop.operations.redeploy(TODOS, "ann");
    shop.awaitState("todos", "pulling");
    signalElsewhere(Cause.INTERVAL);
    gate.countDown();
    shop.awaitRest();

    assertThat(calls("create")).isEqualTo(2);
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }

  @Test
  void aSignalDuringARestartDoesNotMakeItHappenTwice() {
    shop.healthyApp("todos");
    shop.engine.sicken("todos");
    shop.operations.restart(TODOS, "ann");
    shop.awaitState("todos", "starting");
    signalElsewhere(Cause.INTERVAL);
    shop.engine.heal("todos");
    shop.awaitRest();

    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(calls("start")).isEqualTo(2);
  }

  @Test
  void whatEndsAfterTheStartUpWasDealtWithIsNoMoreExcusedByIt() {
    shop.healthyApp("todos");
    shop.engine.exit(shop.engine.ids().getFirst(), 0);
    shop.engine.sicken("todos");
    shop.signal("todos", Cause.START_UP);
    shop.awaitState("todos", "starting");
    signalElsewhere(Cause.INTERVAL);
    shop.engine.heal("todos");
    shop.awaitRest();
    shop.engine.exit(shop.engine.ids().getFirst(), 3);
    shop.signal("todos", Cause.ENDED);

    await().until(() -> column("restarts").equals("1"));
  }

  @Test
  void anUninstallThatAnotherInstanceTookBreaksOffThePull() {
    shop.app("todos", "installed");
    shop.engine.holdPulls(new CountDownLatch(1));
    shop.install("todos");
    shop.awaitState("todos", "pulling");
    shop.set("todos", "registered");
    signalElsewhere(Cause.UNINSTALLED);

    shop.awaitState("todos", "stopped");
  }

  @Test
  void aHoldBreaksOffThePull() {
    shop.app("todos", "installed");
    shop.engine.holdPulls(new CountDownLatch(1));
    shop.install("todos");
    shop.awaitState("todos", "pulling");
    shop.operations.hold(TODOS, "ann", "not now");

    await().until(() -> shop.reason("todos").equals("held"));
    assertThat(shop.state("todos")).isEqualTo("pending");
  }

  @Test
  void aChangedSettingEndsThePauseOfAnAppThatNeverRan() {
    var id = shop.app("todos", "installed");
    shop.engine.failPull(TODOS_IMAGE, FailureCode.PULL_TIMEOUT);
    shop.install("todos");
    await().until(() -> shop.reason("todos").equals("pull_timeout"));
    shop.awaitRest();
    database.execute(
        "UPDATE deployments SET next_look_at = now() + interval '1 hour', version = version + 1");
    shop.engine.offer(Workshop.REGISTRY + "/todos:testing");
    shop.setting(id, "docker.image.stage", "testing");
    shop.signal("todos", Cause.PLATFORM_CHANGED);

    shop.awaitState("todos", "healthy");
  }

  @Test
  void whatWasGivenUpSaysWhatWouldWakeIt() {
    shop.app("todos", "installed");
    shop.engine.failPull(TODOS_IMAGE, FailureCode.IMAGE_NOT_FOUND);
    shop.install("todos");
    shop.awaitState("todos", "failed");

    String wakes = "it stays so until an install event, a settings change, or an operator";
    assertThat(column("reason_message")).endsWith(wakes).containsOnlyOnce("it stays so");
    assertThat(database.rows("SELECT message FROM orchestrator_history WHERE to_state = 'failed'"))
        .singleElement()
        .asString()
        .endsWith(wakes);
  }

  @Test
  void whyAnUpdateWasRefusedOutlivesAnOutageOfTheEngine() {
    var id = shop.healthyApp("todos");
    shop.engine.fault("start", Fault.REFUSED);
    shop.setting(id, "docker.memory.mb", "64");
    shop.install("todos");
    shop.awaitRest();
    assertThat(shop.reason("todos")).isEqualTo("port_conflict");

    shop.engine.answer(false);
    int looks = shop.looks.size();
    shop.signal("todos", Cause.INTERVAL);
    await().until(() -> shop.looks.size() > looks);
    shop.engine.answer(true);
    shop.signal("todos", Cause.ENGINE_BACK);
    shop.awaitRest();

    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.reason("todos")).isEqualTo("port_conflict");
  }

  @Test
  void whatVanishesWhileItStartsIsMadeAnewFromTheSameImage() {
    shop.healthyApp("todos");
    shop.engine.exit(shop.engine.ids().getFirst(), 0);
    shop.engine.sicken("todos");
    shop.signal("todos", Cause.START_UP);
    shop.awaitState("todos", "starting");
    ContainerId started = shop.engine.ids().getFirst();
    shop.engine.vanish(started);
    shop.engine.heal("todos");

    shop.awaitState("todos", "healthy");
    assertThat(shop.engine.ids()).doesNotContain(started);
    assertThat(shop.engine.calls().stream().filter(call -> call.startsWith("pull")))
        .containsExactly("pull " + TODOS_IMAGE);
  }

  @Test
  void anEngineThatGoesAwayOnTheWayBackIsNoWordAgainstTheVersion() {
    var id = shop.healthyApp("todos");
    var starts = new AtomicInteger();
    shop.engine.faults(verb ->
        switch (verb.equals("start") ? starts.incrementAndGet() : 0) {
          case 1 -> Optional.of(Fault.REFUSED);
          case 2 -> Optional.of(Fault.LOST);
          default -> Optional.empty();
        });
    shop.setting(id, "docker.memory.mb", "64");
    shop.install("todos");
    await().until(() -> starts.get() >= 3);
    shop.awaitState("todos", "healthy");
    shop.awaitRest();

    assertThat(shop.engine.ids()).extracting(ContainerId::value).containsExactly("app-todos-1");
    assertThat(shop.course("todos")).doesNotContain("failed");
  }

  @Test
  void whileThePlatformsTablesCannotBeReadTheRowSaysSo() {
    shop.healthyApp("todos");
    database.execute("ALTER TABLE apps RENAME TO hidden");
    try {
      shop.signal("todos", Cause.INTERVAL);
      await().until(() -> shop.reason("todos").equals("platform_schema"));
      assertThat(shop.state("todos")).isEqualTo("healthy");
    } finally {
      database.execute("ALTER TABLE hidden RENAME TO apps");
    }
    shop.signal("todos", Cause.INTERVAL);
    await().until(() -> shop.reason("todos").equals("null"));
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }
}

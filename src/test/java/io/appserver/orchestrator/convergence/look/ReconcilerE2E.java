package io.appserver.orchestrator.convergence.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.FakeEngine.Fault;
import io.appserver.orchestrator.testing.InWorkshop;
import io.appserver.orchestrator.testing.LogsKept;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** One worker an app, on the real database and an engine that can be told to misbehave. */
@Order(1)
class ReconcilerE2E extends InWorkshop {

  @Test
  void installsAppThroughItsStates() {
    shop.app("todos", "installed");
    shop.install("todos");
    shop.awaitState("todos", "healthy");

    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.course("todos"))
        .containsExactly("pending", "pulling", "creating", "starting", "healthy");
  }

  @Test
  void uninstallRemovesContainerAndKeepsVolume() {
    var id = shop.app("todos", "installed");
    shop.setting(id, "docker.volume.path", "/data");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");

    assertThat(shop.engine.standing()).isEmpty();
    assertThat(shop.engine.volumes()).containsExactly("app-todos-data");
  }

  @Test
  void installOfHealthyAppChangesNothingAndSaysSo() {
    shop.healthyApp("todos");
    List<String> before = shop.engine.calls();
    shop.install("todos");
    shop.awaitRest();

    assertThat(shop.engine.calls()).isEqualTo(before);
    assertThat(shop.database.rows("SELECT message FROM orchestrator_history"))
        .contains("is healthy already, nothing to do");
  }

  @Test
  void removalThatCannotBeDoneIsToldOnceAndTriedAtGrowingPauses() {
    shop.healthyApp("todos");
    shop.engine.faults(
        verb -> verb.startsWith("remove") ? Optional.of(Fault.REFUSED) : Optional.empty());
    shop.uninstall("todos");
    await().until(() -> !shop.reason("todos").equals("null"));
    shop.awaitRest();
    for (int attempts = 2; attempts <= 4; attempts++) {
      shop.database.execute("UPDATE orchestrator_work SET wake_at = now()");
      String tried = Integer.toString(attempts);
      await()
          .until(
              () -> shop.database.rows("SELECT attempts FROM deployments").equals(List.of(tried)));
      shop.awaitRest();
    }

    assertThat(
            shop.database.rows(
                "SELECT count(*) FROM orchestrator_history WHERE to_state = 'stopping'"))
        .containsExactly("2");
    assertThat(
            shop.database.rows(
                "SELECT next_look_at > now() + interval '25 seconds' FROM deployments"))
        .containsExactly("t");
    shop.engine.healCalls();
    shop.database.execute("UPDATE orchestrator_work SET wake_at = now()");
    shop.awaitState("todos", "stopped");
  }

  @Test
  void aHoldThatCannotBeDoneIsToldOnceAndTriedAtGrowingPauses() {
    shop.healthyApp("todos");
    shop.engine.faults(
        verb -> verb.startsWith("terminate") ? Optional.of(Fault.REFUSED) : Optional.empty());
    shop.operations.hold(new AppName("todos"), "ann", "maintenance");
    await().until(() -> !shop.reason("todos").equals("null"));
    shop.awaitRest();
    for (long pause : List.of(10L, 20L, 40L)) {
      shop.endPauses();
      assertThat(shop.pause("todos")).isBetween(pause / 2 + 1, pause);
    }

    assertThat(shop.database.rows("SELECT message FROM orchestrator_history WHERE code <> ''"))
        .containsExactly("terminate was refused");
    shop.engine.healCalls();
    shop.endPauses();
    assertThat(shop.reason("todos")).isEqualTo("held");
    assertThat(shop.engine.standing()).containsExactly("app-todos EXITED");
    assertThat(shop.database.rows("SELECT attempts FROM deployments"))
        .as("tries that have nothing to do with what comes next")
        .containsExactly("0");
  }

  @Test
  void whatCannotBeClearedAwayIsToldOnceAndTriedAtGrowingPauses() {
    var told = new LogsKept("io.appserver.orchestrator.convergence.container.Clearing");
    UUID id = shop.healthyApp("uncleared");
    shop.engine.faults(
        verb -> verb.startsWith("remove") ? Optional.of(Fault.REFUSED) : Optional.empty());
    shop.engine.offer("registry.test/uncleared:testing");
    shop.setting(id, "docker.image.stage", "testing");
    shop.install("uncleared");
    await().until(() -> shop.engine.ids().size() == 2);
    shop.awaitState("uncleared", "healthy");
    shop.awaitRest();
    try (told) {
      for (long pause : List.of(10L, 20L, 40L)) {
        shop.endPauses();
        assertThat(shop.pause("uncleared")).isBetween(pause / 2 + 1, pause);
      }
      assertThat(told.warnings())
          .filteredOn(words -> words.contains("app_name=uncleared")) // others are at work as well
          .singleElement()
          .asString()
          .contains("remove was refused");
    }
    shop.engine.healCalls();
    shop.endPauses();
    assertThat(shop.engine.standing()).containsExactly("app-uncleared RUNNING");
    assertThat(shop.database.rows("SELECT wake_at FROM orchestrator_work")).containsExactly("null");
  }

  @Test
  void uninstallOfWhatIsNotThereIsSuccess() {
    shop.app("todos", "registered");
    shop.uninstall("todos");
    shop.awaitRest();

    assertThat(shop.looks).extracting(Look::result).containsExactly(new Look.Result.Gone());
  }

  @Test
  void uninstallDuringPullCancelsIt() {
    shop.app("todos", "installed");
    var gate = new CountDownLatch(1);
    shop.engine.holdPulls(gate);
    shop.install("todos");
    shop.awaitState("todos", "pulling");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");

    assertThat(shop.engine.calls()).containsExactly("pull registry.test/todos:latest");
  }

  @Test
  void uninstallDuringHealthGateCancelsIt() {
    shop.app("todos", "installed");
    shop.engine.sicken("todos");
    shop.install("todos");
    shop.awaitState("todos", "starting");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");

    assertThat(shop.engine.standing()).isEmpty();
  }

  @Test
  void sameEventTenTimesMakesOneContainer() {
    shop.app("todos", "installed");
    for (int i = 0; i < 10; i++) {
      shop.install("todos");
    }
    shop.awaitRest();

    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.engine.calls().stream().filter(call -> call.startsWith("create"))).hasSize(1);
  }

  @Test
  void dependantWaitsForHardDependencyAndIsWoken() {
    var todos = shop.app("todos", "installed");
    var base = shop.app("base", "registered");
    shop.dependency(todos, base, "HARD");
    shop.install("todos");
    shop.awaitRest();
    assertThat(shop.state("todos")).isEqualTo("pending");
    assertThat(shop.reason("todos")).isEqualTo("dependency_missing");

    shop.install("base");
    shop.awaitState("todos", "healthy");
    assertThat(shop.engine.standing()).containsExactly("app-base RUNNING", "app-todos RUNNING");
  }

  @Test
  void oneEventBringsUpDependencyToo() {
    var todos = shop.app("todos", "installed");
    var base = shop.app("base", "installed");
    shop.dependency(todos, base, "HARD");
    shop.install("todos");
    shop.awaitState("todos", "healthy");

    assertThat(shop.engine.standing()).containsExactly("app-base RUNNING", "app-todos RUNNING");
  }

  @Test
  void cycleIsNamedInFull() {
    var a = shop.app("a1", "installed");
    var b = shop.app("b1", "installed");
    var c = shop.app("c1", "installed");
    shop.dependency(a, b, "HARD");
    shop.dependency(b, c, "HARD");
    shop.dependency(c, a, "HARD");
    shop.install("a1");
    shop.awaitState("a1", "failed");

    assertThat(shop.database.rows("SELECT reason_message FROM deployments WHERE app_name = 'a1'"))
        .singleElement()
        .asString()
        .contains("a1 -> b1 -> c1 -> a1");
  }

  @Test
  void failedDependencyKeepsDependantPendingUntilItHeals() {
    var todos = shop.app("todos", "installed");
    var base = shop.app("base", "installed");
    shop.dependency(todos, base, "HARD");
    shop.engine.failPull("registry.test/base:latest", FailureCode.IMAGE_NOT_FOUND);
    shop.install("todos");
    shop.awaitState("base", "failed");
    await().until(() -> shop.reason("todos").equals("dependency_failed"));

    shop.engine.failPull("registry.test/base:latest", null);
    shop.install("base");
    shop.awaitState("todos", "healthy");
  }

  @Test
  void softDependencyIsNeverWaitedFor() {
    var todos = shop.app("todos", "installed");
    var base = shop.app("base", "registered");
    shop.dependency(todos, base, "SOFT");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }

  @Test
  void missingImageFailsAtOnceAndInstallEventWakesIt() {
    shop.app("todos", "installed");
    shop.engine.failPull("registry.test/todos:latest", FailureCode.IMAGE_NOT_FOUND);
    shop.install("todos");
    shop.awaitState("todos", "failed");
    shop.awaitRest();
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();
    assertThat(shop.engine.calls()).hasSize(1);

    shop.engine.failPull("registry.test/todos:latest", null);
    shop.install("todos");
    shop.awaitState("todos", "healthy");
  }

  @Test
  void unreachableRegistryKeepsAppPendingAndIsTriedAgain() {
    shop.app("todos", "installed");
    shop.engine.failPull("registry.test/todos:latest", FailureCode.REGISTRY_UNREACHABLE);
    shop.install("todos");
    await().until(() -> shop.reason("todos").equals("registry_unreachable"));
    assertThat(shop.state("todos")).isEqualTo("pending");
    assertThat(shop.database.rows("SELECT next_look_at > now() FROM deployments"))
        .containsExactly("t");

    shop.engine.failPull("registry.test/todos:latest", null);
    shop.awaitState("todos", "healthy");
  }

  /** As by a process that ended in the middle of an update, which is taken back before the next. */
  private void updateTakenBack() {
    shop.database.execute(
        "UPDATE deployments SET version = version + 1, state = 'pulling', last_written_state = 'pulling'");
  }

  @Test
  void anUpdateThatIsTakenBackWhileItPullsLeavesWhatRuns() {
    shop.healthyApp("todos");
    List<String> calls = shop.engine.calls();
    updateTakenBack();
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    assertThat(shop.engine.calls()).isEqualTo(calls);
    shop.engine.exit(shop.engine.ids().getFirst(), 3);
    updateTakenBack();
    shop.signal("todos", Cause.ENDED);
    shop.awaitState("todos", "healthy");
    shop.awaitRest();

    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.database.rows("SELECT code FROM orchestrator_history WHERE code IS NOT NULL"))
        .isEmpty();
  }

  @Test
  void whatIsToGoOnWithoutItsUpdateAndEndsIsStartedAgainWithinItsBounds() {
    UUID todos = shop.healthyApp("todos");
    ContainerId container = shop.engine.ids().getFirst();
    shop.engine.exit(container, 3);
    shop.engine.exitAtStart("todos", 3);
    shop.engine.failPull("registry.test/todos:latest", FailureCode.REGISTRY_UNREACHABLE);
    shop.setting(todos, "docker.memory.mb", "64");
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitState("todos", "restarting");
    shop.engine.heal("todos");
    shop.awaitState("todos", "healthy");

    await().until(() -> shop.reason("todos").equals("registry_unreachable"));
    assertThat(shop.engine.ids()).containsExactly(container);
  }

  @Test
  void anAppThatThePlatformCallsOtherwiseNowGetsItsRowAndAContainerOfThatName() {
    shop.healthyApp("todos");
    shop.engine.offer("registry.test/tasks:latest", FakeApp.of(FakeApp.Manner.WELL));
    shop.database.execute("UPDATE apps SET name = 'tasks' WHERE name = 'todos'");
    shop.install("tasks");
    shop.awaitState("tasks", "healthy");
    shop.awaitRest();

    assertThat(shop.database.rows("SELECT app_name, state FROM deployments"))
        .containsExactly("tasks healthy");
    assertThat(shop.engine.standing())
        .containsExactly("app-todos RUNNING", "app-tasks RUNNING"); // the first is an orphan now
  }

  @Test
  void exitAtStartIsRolledBackWithItsEvidence() {
    shop.app("todos", "installed");
    shop.engine.exitAtStart("todos", 3);
    shop.install("todos");
    await().until(() -> shop.reason("todos").equals("exited"));
    shop.awaitRest();

    assertThat(shop.engine.standing()).isEmpty();
    assertThat(
            shop.database.rows(
                "SELECT details->>'exit_code', details->>'log' FROM orchestrator_history WHERE code"
                    + " = 'exited'"))
        .first()
        .asString()
        .startsWith("3 the last line of app-todos-1");
  }

  @Test
  void foreignContainerWithTheNameIsLeftAlone() {
    var foreign = shop.engine.foreign("app-todos");
    shop.app("todos", "installed");
    shop.install("todos");
    shop.awaitState("todos", "failed");

    assertThat(shop.reason("todos")).isEqualTo("name_conflict");
    assertThat(shop.engine.ids()).containsExactly(foreign);
    assertThat(shop.engine.calls()).noneMatch(call -> call.contains(foreign.value()));
  }

  @Test
  void containerThatRunsThoughItsStartGotNoAnswerIsKept() {
    shop.app("todos", "installed");
    shop.engine.fault("start", Fault.DONE_UNANSWERED);
    shop.install("todos");
    shop.awaitState("todos", "healthy");

    assertThat(shop.engine.calls())
        .containsOnlyOnce("create app-todos", "start app-todos-1")
        .doesNotContain("remove app-todos-1");
    assertThat(
            database.rows(
                "SELECT verb FROM orchestrator_act WHERE outcome IS NULL OR outcome = 'unanswered'"))
        .isEmpty();
  }

  @Test
  void containerWhoseStartGotNoAnswerAndThatDoesNotRunIsReplaced() {
    shop.app("todos", "installed");
    shop.engine.fault("start", Fault.DONE_LATE);
    shop.install("todos");
    shop.awaitState("todos", "healthy");

    assertThat(shop.engine.calls())
        .contains("remove app-todos-1", "start app-todos-2")
        .doesNotContain("start app-todos-1");
    shop.engine.deliverLate();
    shop.awaitRest();
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }

  @Test
  void containerWhoseCreateGotNoAnswerIsReplaced() {
    shop.app("todos", "installed");
    shop.engine.fault("create", Fault.DONE_UNANSWERED);
    shop.install("todos");
    shop.awaitState("todos", "healthy");

    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.engine.calls()).doesNotContain("start app-todos-1");
  }

  @Test
  void healthyRowWithoutContainerFailsThenBeginsAnew() {
    shop.healthyApp("todos");
    shop.engine.vanish(shop.engine.ids().getFirst());
    shop.install("todos");
    shop.awaitRest();

    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.course("todos"))
        .containsExactly(
            "pending",
            "pulling",
            "creating",
            "starting",
            "healthy",
            "failed",
            "pending",
            "creating",
            "starting",
            "healthy");
    assertThat(shop.engine.calls().stream().filter(call -> call.startsWith("pull"))).hasSize(1);
  }

  @Test
  void rowFailedByHandIsTakenUpByInstallEvent() {
    shop.healthyApp("todos");
    shop.engine.vanish(shop.engine.ids().getFirst());
    shop.database.execute("UPDATE deployments SET state = 'failed'");
    shop.install("todos");
    shop.awaitRest();

    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }

  @Test
  void reinstallUnderNewIdReplacesTheContainer() {
    shop.app("todos", "installed");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.database.execute("DELETE FROM apps");
    shop.app("todos", "installed");
    shop.install("todos");
    shop.awaitState("todos", "stopped,healthy");

    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.engine.ids().getFirst().value()).isEqualTo("app-todos-2");
  }

  @Test
  void installedAgainBeforeItsRemovalWasDoneItRuns() {
    shop.healthyApp("todos");
    shop.engine.exit(shop.engine.ids().getFirst(), 0); // stopped, and the instance killed then
    shop.database.execute(
        "UPDATE deployments SET state = 'stopping', last_written_state = 'stopping'");
    shop.install("todos");
    shop.awaitState("todos", "healthy");

    assertThat(shop.course("todos"))
        .endsWith("healthy", "pending", "starting", "healthy")
        .doesNotContain("failed");
  }

  @Test
  void exitedAppIsRestartedWithinBounds() {
    shop.healthyApp("todos");
    shop.engine.exit(shop.engine.ids().getFirst(), 1);
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitState("todos", "restarting");
    shop.awaitState("todos", "healthy");

    assertThat(shop.database.rows("SELECT restarts FROM deployments")).containsExactly("1");
    assertThat(shop.engine.calls()).filteredOn("start app-todos-1"::equals).hasSize(2);
  }

  @Test
  void neverTwoWorkersForOneAppButManyForMany() {
    for (int i = 0; i < 20; i++) {
      shop.app("app" + i, "installed");
      shop.install("app" + i);
    }
    shop.awaitRest();

    assertThat(shop.engine.standing()).hasSize(20).allMatch(line -> line.endsWith("RUNNING"));
    assertThat(shop.engine.calls().stream().filter(call -> call.startsWith("create"))).hasSize(20);
  }

  @Test
  void everyChangingCallStandsInTheJournal() {
    shop.app("todos", "installed");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");

    assertThat(
            shop.database.rows(
                "SELECT verb, outcome FROM orchestrator_act WHERE verb NOT LIKE 'ensure%' ORDER BY"
                    + " id"))
        .containsExactly("create done", "start done", "terminate done", "remove done");
  }

  @Test
  void whatALateCallMakesOfAnAppThatFailedIsRemoved() {
    shop.app("todos", "installed");
    shop.engine.offer("registry.test/todos:latest", FakeApp.of(FakeApp.Manner.CANNOT_START));
    shop.engine.fault("create", Fault.DONE_TWICE);
    shop.install("todos");
    shop.awaitState("todos", "failed");
    shop.awaitRest();
    shop.engine.deliverLate();
    assertThat(shop.engine.standing()).containsExactly("app-todos CREATED");
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();

    assertThat(shop.engine.standing()).isEmpty();
    assertThat(shop.state("todos")).isEqualTo("failed");
  }

  @Test
  void whoWaitsForLongSaysSoOnce() {
    var todos = shop.app("todos", "installed");
    var base = shop.app("base", "registered");
    shop.dependency(todos, base, "HARD");
    shop.install("todos");
    shop.awaitRest();
    int looks = shop.looks.size();
    List<String> before = shop.database.rows("SELECT id FROM orchestrator_history");
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();

    assertThat(shop.looks).hasSizeGreaterThan(looks);
    assertThat(shop.database.rows("SELECT id FROM orchestrator_history")).isEqualTo(before);
  }

  @Test
  void volumeThatNoProcessEverSawGoesWithTheFailedInstall() {
    var id = shop.app("todos", "installed");
    shop.setting(id, "docker.volume.path", "/data");
    shop.engine.fault("create", Fault.REFUSED);
    shop.install("todos");
    await().until(() -> shop.reason("todos").equals("port_conflict"));
    shop.awaitRest();

    assertThat(shop.engine.volumes()).isEmpty();
  }

  @Test
  void secretsInAppsLogStayOutOfTheHistory() {
    shop.app("todos", "installed");
    shop.engine.exitAtStart("todos", 3);
    shop.engine.say("connecting with s3cret-word to amqp://guest:hunter2@mq/");
    shop.install("todos");
    await().until(() -> shop.reason("todos").equals("exited"));
    shop.awaitRest();

    assertThat(shop.database.rows("SELECT details FROM orchestrator_history WHERE code = 'exited'"))
        .first()
        .asString()
        .contains("connecting with (hidden) to amqp://guest:(hidden)@mq/")
        .doesNotContain("s3cret-word", "hunter2");
  }

  @Test
  void fenceOnAContainerRaisesTheLease() {
    shop.healthyApp("todos");
    shop.database.execute("UPDATE orchestrator_work SET fence = 0");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");

    assertThat(shop.engine.standing()).isEmpty();
  }

  @Test
  void twoInstancesMakeOneContainerForEachApp() {
    ConvergenceService other = shop.orchestration(Workshop.settings(Duration.ofSeconds(2)));
    other.start(new Identity("test", "node", UUID.randomUUID()));
    try {
      for (int i = 0; i < 10; i++) {
        String name = "app" + i;
        shop.app(name, "installed");
        (i % 2 == 0 ? shop.convergence : other).signal(new AppName(name), Cause.INSTALLED);
        (i % 2 == 0 ? other : shop.convergence).signal(new AppName(name), Cause.INSTALLED);
      }
      for (int i = 0; i < 10; i++) {
        shop.awaitState("app" + i, "healthy");
      }
      shop.awaitRest();
    } finally {
      other.stop(Duration.ofSeconds(5));
    }

    assertThat(shop.engine.standing()).hasSize(10);
    assertThat(shop.engine.calls().stream().filter(call -> call.startsWith("create"))).hasSize(10);
  }

  @Test
  void stoppedInstanceLeavesItsWorkToTheNextAtOnce() {
    shop.app("todos", "installed");
    shop.engine.sicken("todos");
    shop.install("todos");
    shop.awaitState("todos", "starting");
    shop.convergence.stop(Duration.ofSeconds(5));
    shop.engine.heal("todos");
    ConvergenceService next = shop.orchestration(Workshop.settings(Duration.ofSeconds(20)));
    next.start(new Identity("test", "node", UUID.randomUUID()));
    try {
      shop.awaitState("todos", "healthy");
    } finally {
      next.stop(Duration.ofSeconds(5));
    }

    assertThat(shop.engine.calls().stream().filter(call -> call.startsWith("create"))).hasSize(1);
  }

  @Test
  void onTheOperatorsWordAnUnlabelledContainerIsReplaced() {
    shop.convergence.stop(Duration.ofSeconds(5));
    var foreign = shop.engine.foreign("app-todos");
    shop.app("todos", "installed");
    ConvergenceService adopting = shop.orchestration(Workshop.adopting());
    adopting.start(new Identity("test", "node", UUID.randomUUID()));
    try {
      adopting.signal(new AppName("todos"), Cause.INSTALLED);
      shop.awaitState("todos", "healthy");
    } finally {
      adopting.stop(Duration.ofSeconds(5));
    }

    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.engine.ids()).doesNotContain(foreign);
  }
}

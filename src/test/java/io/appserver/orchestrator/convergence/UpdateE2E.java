package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.FakeEngine.Fault;
import io.appserver.orchestrator.testing.InWorkshop;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** An app whose settings changed, or that is deployed anew, and the way back. */
class UpdateE2E extends InWorkshop {

  /** The instance ends while the new container is starting, the one before being kept aside. */
  private void beginARedeployAndEnd() {
    shop.engine.sicken("todos");
    shop.signal("todos", Cause.REDEPLOY);
    shop.awaitState("todos", "starting");
    shop.convergence.stop(Duration.ofSeconds(5));
    shop.engine.heal("todos");
  }

  /** Another instance takes over, for as long as this takes. */
  private void anotherInstance(Consumer<ConvergenceService> meanwhile) {
    ConvergenceService next = shop.orchestration(Workshop.settings(Duration.ofSeconds(20)));
    next.start(new Identity("test", "node", UUID.randomUUID()));
    try {
      meanwhile.accept(next);
    } finally {
      next.stop(Duration.ofSeconds(5));
    }
  }

  /** Lets the app be looked at with the setting, as after an install. */
  private void changeSetting(UUID id, String key, String value) {
    shop.setting(id, key, value);
    shop.install("todos");
    shop.awaitRest();
  }

  @Test
  void changedSettingReplacesTheContainer() {
    var id = shop.healthyApp("todos");
    shop.engine.offer("registry.test/todos:testing");
    changeSetting(id, "docker.image.stage", "testing");

    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.engine.ids().getFirst().value()).isEqualTo("app-todos-2");
    assertThat(shop.engine.calls())
        .containsSubsequence(
            "pull registry.test/todos:testing",
            "terminate app-todos-1",
            "rename app-todos-1",
            "create app-todos",
            "start app-todos-2",
            "remove app-todos-1");
    assertThat(shop.database.rows("SELECT state, image_reference FROM deployments"))
        .containsExactly("healthy registry.test/todos:testing");
  }

  @Test
  void afterFailedUpdateThePreviousVersionRunsAgain() {
    var id = shop.healthyApp("todos");
    shop.engine.fault("start", Fault.REFUSED);
    changeSetting(id, "docker.memory.mb", "64");

    assertThatTheFirstOneRuns();
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.reason("todos")).isEqualTo("port_conflict");
    assertThat(shop.looks.getLast().result()).isInstanceOf(Look.Result.Failed.class);

    int calls = shop.engine.calls().size();
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();
    assertThat(shop.engine.calls()).hasSize(calls);
    shop.install("todos");
    shop.awaitRest();
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.reason("todos")).isEqualTo("null");
  }

  @Test
  void updateWhosePullFailsTouchesNothing() {
    var id = shop.healthyApp("todos");
    changeSetting(id, "docker.image.stage", "testing");

    assertThatItRunsThough("image_not_found");
    assertThat(shop.engine.calls()).noneMatch(call -> call.startsWith("terminate"));
  }

  @Test
  void whatEndedIsStartedAgainThoughItsUpdateCannotBePulled() {
    var id = shop.healthyApp("todos");
    shop.engine.exit(shop.engine.ids().getFirst(), 0);
    changeSetting(id, "docker.image.stage", "testing");

    assertThatItRunsThough("image_not_found");
  }

  @Test
  void aWrongSettingLeavesWhatRunsThoughItsRowWasFailedByHand() {
    var id = shop.healthyApp("todos");
    shop.database.execute("UPDATE deployments SET state = 'failed'");
    changeSetting(id, "docker.port", "nonsense");

    assertThatItRunsThough("invalid_setting");
  }

  @Test
  void anUpdateHoldsThoughTheOldContainerCannotBeRemovedAtOnce() {
    var id = shop.healthyApp("todos");
    shop.engine.fault("remove", Fault.REFUSED);
    changeSetting(id, "docker.memory.mb", "64");
    assertThat(shop.engine.standing())
        .containsExactly("app-todos--previous EXITED", "app-todos RUNNING");

    await().until(() -> shop.engine.standing().equals(List.of("app-todos RUNNING")));
    assertThat(shop.engine.ids().getFirst().value()).isEqualTo("app-todos-2");
    assertThat(shop.state("todos")).isEqualTo("healthy");
  }

  @Test
  void whatDoesNotComeBackAfterAFailedUpdateIsStopped() {
    var id = shop.healthyApp("todos");
    shop.engine.sicken("todos");
    shop.setting(id, "docker.memory.mb", "64");
    shop.install("todos");
    shop.awaitState("todos", "failed");
    shop.awaitRest();

    assertThat(shop.engine.standing()).containsExactly("app-todos EXITED");
    assertThat(shop.engine.ids().getFirst().value()).isEqualTo("app-todos-1");
  }

  @Test
  void aRedeployAskedForDuringAnotherOneKeepsTheWayBack() {
    shop.healthyApp("todos");
    beginARedeployAndEnd();
    shop.engine.fault("start", Fault.REFUSED);
    shop.work.signal("node", new AppName("todos"), Cause.REDEPLOY);
    anotherInstance(next -> {
      await().until(() -> shop.reason("todos").equals("port_conflict"));
      shop.awaitState("todos", "healthy");
    });

    assertThatTheFirstOneRuns();
  }

  private List<String> volumes() {
    return shop.database.rows("SELECT volume FROM deployments");
  }

  @Test
  void aVolumeThatNoProcessEverSawGoesWithTheFailedUpdate() {
    var id = shop.healthyApp("todos");
    shop.engine.fault("start", Fault.REFUSED);
    changeSetting(id, "docker.volume.path", "/data");

    assertThatItRunsThough("port_conflict");
    assertThatTheFirstOneRuns();
    assertThat(shop.engine.volumes()).isEmpty();
    assertThat(shop.volumes.of(new AppName("todos"))).isEmpty();
    assertThat(volumes()).containsExactly("null");
  }

  @Test
  void whatTheVersionBeforeHasStaysWhenTheVolumeOfAFailedUpdateGoes() {
    var id = shop.app("todos", "installed");
    shop.engine.offer(
        "registry.test/todos:latest", FakeApp.of(FakeApp.Manner.WELL).withVolumes("/var/lib/app"));
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    List<String> before = volumes();
    shop.engine.fault("start", Fault.REFUSED);
    changeSetting(id, "docker.volume.path", "/data");

    assertThatTheFirstOneRuns();
    assertThat(volumes()).isEqualTo(before);
    assertThat(shop.engine.volumes()).containsExactlyElementsOf(before);
  }

  @Test
  void aVolumeThatAFailedUpdateMayHaveWrittenToStays() {
    var id = shop.healthyApp("todos");
    shop.engine.offer("registry.test/todos:testing", FakeApp.ending(3));
    shop.setting(id, "docker.volume.path", "/data");
    changeSetting(id, "docker.image.stage", "testing");

    assertThatTheFirstOneRuns();
    assertThat(shop.engine.volumes()).containsExactly("app-todos-data");
    assertThat(volumes()).containsExactly("app-todos-data");
  }

  @Test
  void theVersionBeforeRunsAgainThoughTheVolumeOfAFailedUpdateCannotBeRemoved() {
    var id = shop.healthyApp("todos");
    shop.engine.fault("start", Fault.REFUSED);
    shop.engine.fault("remove volume", Fault.REFUSED);
    changeSetting(id, "docker.volume.path", "/data");

    assertThatTheFirstOneRuns();
    assertThat(volumes()).containsExactly("app-todos-data");
  }

  @Test
  void anUpdateBegunAndThenNotToBePulledGoesBack() {
    var id = shop.healthyApp("todos");
    beginARedeployAndEnd();
    shop.setting(id, "docker.image.stage", "testing");
    shop.work.signal("node", new AppName("todos"), Cause.INSTALLED);
    anotherInstance(next -> {
      await().until(() -> shop.reason("todos").equals("image_not_found"));
      shop.awaitState("todos", "healthy");
    });

    assertThatTheFirstOneRuns();
  }

  @Test
  void anUpdateThatLosesItsNameFailsAndKeepsTheVersionBefore() {
    shop.healthyApp("todos");
    beginARedeployAndEnd();
    shop.engine.vanish(shop.engine.ids().getLast());
    var foreign = shop.engine.foreign("app-todos");
    shop.work.signal("node", new AppName("todos"), Cause.INTERVAL);
    anotherInstance(next -> {
      shop.awaitState("todos", "failed");
      assertThat(shop.reason("todos")).isEqualTo("name_conflict");
      assertThat(shop.engine.standing())
          .containsExactly("app-todos--previous EXITED", "app-todos RUNNING");
      shop.engine.vanish(foreign);
      next.signal(new AppName("todos"), Cause.INSTALLED);
      shop.awaitState("todos", "healthy");
      shop.awaitRest();
    });

    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }

  private void assertThatItRunsThough(String reason) {
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.reason("todos")).isEqualTo(reason);
  }

  private void assertThatTheFirstOneRuns() {
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.engine.ids().getFirst().value()).isEqualTo("app-todos-1");
  }
}

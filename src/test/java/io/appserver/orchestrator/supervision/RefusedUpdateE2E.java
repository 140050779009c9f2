package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.testing.FakeEngine.Fault;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What becomes of an app that runs and is watched once its update is refused. */
@Order(1)
class RefusedUpdateE2E extends InUpdateWorkshop {

  private void updateIsRefused(String key, String value) {
    shop.engine.failPull(IMAGE, FailureCode.IMAGE_NOT_FOUND);
    setting(key, value);
    reasonBecomes("image_not_found");
  }

  /** It ends, and is to be started again after some seconds, as it is not the first time. */
  private void owesARestart() {
    database.execute("UPDATE deployments SET version = version + 1, restarts = 2");
    shop.engine.exit(container, 3);
    shop.awaitState("todos", "restarting");
  }

  private void isCountedOnce(FailureCode why) {
    assertThat(database.rows("SELECT state, restarts, restart_owed FROM deployments"))
        .containsExactly("healthy 3 f");
    assertThat(shop.restarts).containsExactly(why);
    assertThat(containerOf("todos")).isEqualTo(container);
  }

  @Test
  void aRestartThatIsOwedIsCountedThoughAnUpdateIsRefusedBeforeIt() {
    owesARestart();
    updateIsRefused("docker.memory.mb", "64");

    isCountedOnce(FailureCode.EXITED);
  }

  @Test
  void anAppThatDidNotAnswerIsCountedSoThoughAnUpdateIsRefusedBeforeItsRestart() {
    database.execute("UPDATE deployments SET version = version + 1, restarts = 2");
    shop.engine.sicken("todos");
    shop.awaitState("todos", "restarting");
    shop.engine.heal("todos");
    updateIsRefused("docker.memory.mb", "64");

    isCountedOnce(FailureCode.UNHEALTHY);
  }

  @Test
  void aRestartThatIsOwedIsCountedWhenItComesDuringThePullOfAnUpdateThatIsRefused() {
    owesARestart();
    var gate = new CountDownLatch(1);
    shop.engine.holdPull(IMAGE, gate);
    setting("docker.memory.mb", "64");
    eventually(
        "runs", () -> assertThat(shop.engine.inspect(container).orElseThrow().running()).isTrue());
    assertThat(shop.state("todos")).isEqualTo("pulling");
    shop.engine.failPull(IMAGE, FailureCode.IMAGE_NOT_FOUND);
    gate.countDown();
    reasonBecomes("image_not_found");

    isCountedOnce(FailureCode.EXITED);
  }

  @Test
  void aRestartThatIsOwedIsCountedWhenItComesAfterTheUpdateFailed() {
    owesARestart();
    shop.engine.fault("start", Fault.REFUSED);
    setting("docker.memory.mb", "64");
    reasonBecomes("port_conflict");

    isCountedOnce(FailureCode.EXITED);
  }

  @Test
  void whatIsStartedAgainStillSaysWhyItsUpdateWasRefused() {
    updateIsRefused("docker.memory.mb", "64");
    String words = column("todos", "reason_message");
    long pulls = pulls();
    endsAndIsStartedAgain();
    reasonBecomes("image_not_found");

    assertThat(column("todos", "reason_message")).isEqualTo(words);
    assertThat(column("todos", "next_look_at")).isEqualTo("null");
    assertThat(pulls()).isEqualTo(pulls);
    int told = database.rows("SELECT 1 FROM orchestrator_history").size();
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();
    assertThat(database.rows("SELECT 1 FROM orchestrator_history")).hasSize(told);
    memory("");
    reasonBecomes("null");
  }

  @Test
  void whatIsStartedAgainStillSaysWhyItsRedeployFailed() {
    shop.engine.failPull(IMAGE, FailureCode.IMAGE_NOT_FOUND);
    shop.operations.redeploy(TODOS, "ann");
    reasonBecomes("image_not_found");
    endsAndIsStartedAgain();

    reasonBecomes("image_not_found");
  }

  @Test
  void whatBefallsWhatIsKeptHidesWhyItsUpdateWasRefusedNoLongerThanItLasts() {
    updateIsRefused("docker.memory.mb", "64");
    shop.engine.fault("reconnect", Fault.REFUSED);
    shop.engine.disconnect(container);
    shop.signal("todos", Cause.INTERVAL);
    reasonBecomes("port_conflict");
    shop.signal("todos", Cause.INTERVAL);

    reasonBecomes("image_not_found");
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
  }

  @Test
  void whatWasRefusedIsTriedWhenItIsWantedAgain() {
    updateIsRefused("docker.memory.mb", "64");
    triedOften(FailureCode.REGISTRY_RATE_LIMITED);
    memory("96");
    reasonBecomes("registry_rate_limited");
    shop.engine.failPull(IMAGE, FailureCode.IMAGE_NOT_FOUND);
    memory("64");

    reasonBecomes("image_not_found");
    assertThat(containerOf("todos")).isEqualTo(container);
  }

  @Test
  void whatIsKeptHasNoVolumeThatOnlyARefusedUpdateAsksFor() {
    updateIsRefused("docker.volume.path", "/data");
    endsAndIsStartedAgain();

    assertThat(shop.engine.volumes()).isEmpty();
    assertThat(column("todos", "volume")).isEqualTo("null");
  }

  @Test
  void aRefusedUpdateThatIsAskedForAgainIsFollowedUp() {
    updateIsRefused("docker.memory.mb", "64");
    triedOften(FailureCode.REGISTRY_UNREACHABLE);
    shop.install("todos");
    reasonBecomes("registry_unreachable");
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();

    assertThat(shop.reason("todos")).isEqualTo("registry_unreachable");
    assertThat(containerOf("todos")).isEqualTo(container);
    canBePulled(Cause.REGISTRY_BACK);
    isReplaced();
  }

  @Test
  void anAppWhoseUpdateWasRefusedIsRestartedByAnOperator() {
    updateIsRefused("docker.memory.mb", "64");
    isRestartedByAnOperator();

    reasonBecomes("image_not_found");
    assertThat(column("todos", "restarts")).isEqualTo("0");
  }
}

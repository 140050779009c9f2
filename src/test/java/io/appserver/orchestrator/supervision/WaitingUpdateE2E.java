package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.HealthCheck;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What becomes of an app that runs and is watched while its update waits. */
@Order(1)
class WaitingUpdateE2E extends InUpdateWorkshop {

  private void updateWaits() {
    updateWaits("docker.memory.mb", "64");
  }

  private void updateWaits(String key, String value) {
    triedOften(FailureCode.REGISTRY_RATE_LIMITED);
    setting(key, value);
    reasonBecomes("registry_rate_limited");
  }

  /** Its last restart was in vain. */
  private void isGivenUpAndTriedWithItsUpdate() {
    long pulls = pulls();
    database.execute("UPDATE deployments SET version = version + 1, restarts = 3");
    shop.engine.exit(container, 3);

    eventually("tried", () -> assertThat(pulls()).isGreaterThan(pulls));
    canBePulled(Cause.REGISTRY_BACK);
    isReplaced();
  }

  @Test
  void anUpdateThatCannotBePulledWaitsAndItsAppIsProbedMeanwhile() {
    updateWaits();
    long pulls = pulls();
    for (int i = 0; i < 5; i++) {
      supervision.reconcile(Cause.INTERVAL);
      shop.awaitRest();
    }

    assertThat(pulls()).isEqualTo(pulls);
    assertThat(supervision.watched()).isEqualTo(1);
    assertThat(column("todos", "update_attempts")).isEqualTo("10");
    memory("96");
    eventually("other settings", () -> assertThat(pulls()).isEqualTo(pulls + 1));
  }

  @Test
  void whatEndsWhileItsUpdateWaitsIsStartedAgainAtOnce() {
    updateWaits();
    long pulls = pulls();
    endsAndIsStartedAgain();
    shop.awaitRest();

    assertThat(pulls()).isEqualTo(pulls);
    assertThat(shop.reason("todos")).isEqualTo("registry_rate_limited");
    assertThat(column("todos", "next_look_at")).isNotEqualTo("null");
    canBePulled(Cause.RELEASE);
    isReplaced();
    assertThat(shop.reason("todos")).isEqualTo("null");
  }

  @Test
  void whatIsKeptIsAskedWhereItListens() {
    updateWaits("docker.port", "4000");
    endsAndIsStartedAgain();

    assertThat(shop.engine.lastCheck("app-todos"))
        .contains(new HealthCheck.HttpOrOpenPort(3000, "/health"));
    canBePulled(Cause.RELEASE);
    eventually(
        "asked at the new one",
        () ->
            assertThat(shop.engine.lastCheck("app-todos"))
                .contains(new HealthCheck.HttpOrOpenPort(4000, "/health")));
  }

  @Test
  void whatIsKeptIsNotAskedInTheWayOfItsUpdate() {
    shop.setting(todos, "docker.health.path", "/ready");
    updateWaits();
    endsAndIsStartedAgain();

    eventually(
        "asked by its port", // by the probes as well, which follow the settings at a sweep
        () -> assertThat(shop.engine.lastCheck("app-todos")).contains(new HealthCheck.Tcp(3000)));
  }

  @Test
  void anUpdateThatIsTakenBackIsForgottenAndTriedWhenItIsWantedAgain() {
    updateWaits();
    long pulls = pulls();
    memory("");
    reasonBecomes("null");
    assertThat(pulls()).isEqualTo(pulls);
    memory("64");
    reasonBecomes("registry_rate_limited");
    assertThat(pulls()).isEqualTo(pulls + 1);

    memory("plenty");
    reasonBecomes("invalid_setting");
    memory("64");
    reasonBecomes("registry_rate_limited");
    assertThat(pulls()).isEqualTo(pulls + 2);

    shop.engine.exit(container, 3);
    memory("");
    eventually("counted", () -> assertThat(column("todos", "restarts")).isEqualTo("1"));
    shop.awaitState("todos", "healthy");
    reasonBecomes("null");
    memory("64");
    reasonBecomes("registry_rate_limited");
    assertThat(pulls()).isEqualTo(pulls + 3);
    assertThat(containerOf("todos")).isEqualTo(container);
  }

  @Test
  void anAppWithAWrongSettingIsWatchedAndRestartedWithinItsBounds() {
    setting("docker.memory.mb", "plenty");
    reasonBecomes("invalid_setting");
    for (int i = 1; i <= 2; i++) {
      shop.engine.exit(container, 3);
      String restarts = Integer.toString(i);
      eventually("counted", () -> assertThat(column("todos", "restarts")).isEqualTo(restarts));
      shop.awaitState("todos", "healthy");
      reasonBecomes("invalid_setting");
    }
    int told = database.rows("SELECT 1 FROM orchestrator_history").size();
    supervision.reconcile(Cause.INTERVAL);
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();

    assertThat(database.rows("SELECT 1 FROM orchestrator_history")).hasSize(told);
    assertThat(supervision.watched()).isEqualTo(1);
    memory("64");
    isReplaced();
    reasonBecomes("null");
  }

  @Test
  void whatIsGivenUpWhileItsUpdateWaitsIsTriedWithIt() {
    updateWaits();

    isGivenUpAndTriedWithItsUpdate();
  }

  @Test
  void anAppThatIsGivenUpWhileItsRedeployWaitsIsTriedWithIt() {
    triedOften(FailureCode.REGISTRY_UNREACHABLE);
    shop.operations.redeploy(TODOS, "ann");
    reasonBecomes("registry_unreachable");

    isGivenUpAndTriedWithItsUpdate();
  }

  @Test
  void aReasonThatIsOverGivesWayToThatOfTheUpdateThatWaits() {
    updateWaits();
    String due = column("todos", "next_look_at");
    database.execute(
        "UPDATE deployments SET version = version + 1, reason_code = 'platform_schema', next_look_at = now()");
    shop.signal("todos", Cause.INTERVAL);

    reasonBecomes("registry_rate_limited");
    assertThat(column("todos", "next_look_at")).isEqualTo(due);
  }

  @Test
  void anAppWhoseUpdateWaitsIsRestartedByAnOperator() {
    updateWaits();
    long pulls = pulls();
    isRestartedByAnOperator();

    reasonBecomes("registry_rate_limited");
    assertThat(pulls()).isEqualTo(pulls);
  }
}

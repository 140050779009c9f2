package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.HealthCheck;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What becomes of an app that runs and is watched while its update waits, or is refused. */
@Order(1)
class WaitingUpdateE2E extends InWatchedWorkshop {

  private static final AppName TODOS = new AppName("todos");
  private static final String IMAGE = "registry.test/todos:latest";

  private UUID todos;
  private Supervision supervision;

  /** The one that runs before any update. */
  private ContainerId container;

  @BeforeEach
  void runsAndIsWatched() {
    todos = shop.healthyApp("todos");
    supervision = watching();
    container = containerOf("todos");
  }

  private void reasonBecomes(String code) {
    eventually(code, () -> assertThat(shop.reason("todos")).isEqualTo(code));
    shop.awaitRest();
  }

  private long pulls() {
    return shop.engine.calls().stream().filter(call -> call.startsWith("pull ")).count();
  }

  private void memory(String megabytes) {
    database.execute(
        "UPDATE settings SET value = '%s' WHERE key = 'docker.memory.mb'".formatted(megabytes));
  }

  /** A setting that the app did not have; it is looked at at once, as after a sweep. */
  private void setting(String key, String value) {
    shop.setting(todos, key, value);
    shop.signal("todos", Cause.PLATFORM_CHANGED);
  }

  /** The next try of its update that fails is followed by minutes. */
  private void triedOften(FailureCode code) {
    shop.engine.failPull(IMAGE, code);
    database.execute(
        "UPDATE deployments SET version = version + 1, update_attempts = 9, update_code = '%s'"
            .formatted(code.code()));
  }

  private void updateWaits() {
    updateWaits("docker.memory.mb", "64");
  }

  private void updateWaits(String key, String value) {
    triedOften(FailureCode.REGISTRY_RATE_LIMITED);
    setting(key, value);
    reasonBecomes("registry_rate_limited");
  }

  private void updateIsRefused(String key, String value) {
    shop.engine.failPull(IMAGE, FailureCode.IMAGE_NOT_FOUND);
    setting(key, value);
    reasonBecomes("image_not_found");
  }

  private void canBePulled(Cause cause) {
    shop.engine.failPull(IMAGE, null);
    shop.signal("todos", cause);
  }

  private void isReplaced() {
    eventually(
        "anew",
        () ->
            assertThat(
                    database.rows(
                        "SELECT state FROM deployments WHERE container_id <> '%s'"
                            .formatted(container)))
                .containsExactly("healthy"));
  }

  private void endsAndIsStartedAgain() {
    shop.engine.exit(container, 3);
    eventually("counted", () -> assertThat(column("todos", "restarts")).isEqualTo("1"));
    shop.awaitState("todos", "healthy");
    assertThat(containerOf("todos")).isEqualTo(container);
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
  void aRestartThatIsOwedIsCountedThoughAnUpdateIsRefusedBeforeIt() {
    database.execute("UPDATE deployments SET version = version + 1, restarts = 2");
    shop.engine.exit(container, 3);
    shop.awaitState("todos", "restarting"); // for some seconds, as it is the third time
    updateIsRefused("docker.memory.mb", "64");

    assertThat(database.rows("SELECT state, restarts, restart_owed FROM deployments"))
        .containsExactly("healthy 3 f");
    assertThat(containerOf("todos")).isEqualTo(container);
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

    assertThat(shop.engine.lastCheck("app-todos")).contains(new HealthCheck.Tcp(3000));
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

  @Test
  void anAppWhoseUpdateWasRefusedIsRestartedByAnOperator() {
    updateIsRefused("docker.memory.mb", "64");
    isRestartedByAnOperator();

    reasonBecomes("image_not_found");
    assertThat(column("todos", "restarts")).isEqualTo("0");
  }

  /** In the container that runs. */
  private void isRestartedByAnOperator() {
    shop.operations.restart(TODOS, "ann");
    eventually("begun again", () -> assertThat(starts()).isEqualTo(2));
    shop.awaitState("todos", "healthy");
    assertThat(containerOf("todos")).isEqualTo(container);
  }
}

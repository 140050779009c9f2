package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.PruneType;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a person clears away with the docker command, of an app that runs or is stopped, is made
 * anew and told, and costs no data. The image is one that nothing else on the engine uses.
 */
class PrunedAtTheEngineE2E extends AtTheEngine {

  PrunedAtTheEngineE2E() {
    super("web", List.of("VERSION=" + UUID.randomUUID()), List.of("/data/file"));
  }

  private String reference() {
    return registry.references().findFirst().orElseThrow();
  }

  private boolean isThere(String image) {
    try {
      engine.client().inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  /** {@code docker container prune}, of what is ours alone: others use the engine, too. */
  private void pruneContainers() {
    engine
        .client()
        .pruneCmd(PruneType.CONTAINERS)
        .withLabelFilter("io.appserver.orchestrator.installation=" + installation)
        .exec();
  }

  /** What {@code docker system prune -a} takes away of what is ours. */
  private void pruneAll() {
    pruneContainers();
    engine.client().removeNetworkCmd(network).exec();
    engine.client().removeImageCmd(reference()).exec();
    assertThat(isThere(before.getImageId())).isFalse();
  }

  private void removeImage(String image) {
    engine.client().removeImageCmd(image).withForce(true).exec();
  }

  private void hold() {
    operations.hold(new AppName(app.name()), "ann", "");
    await()
        .untilAsserted(() -> {
          assertThat(container().getState().getStatus()).isEqualTo("exited");
          assertThat(database.rows("SELECT reason_code FROM deployments")).containsExactly("held");
        });
  }

  private void release() {
    operations.release(new AppName(app.name()), "ann");
  }

  private void assertMadeAnew() {
    awaitHealthy();
    assertThat(container().getId()).isNotEqualTo(before.getId());
    assertDataIsKept();
  }

  @Test
  void allOfAHeldAppButItsDataIsMadeAnewAtItsRelease() {
    hold();
    pruneAll();
    release();
    awaitTold("was removed at the engine");

    assertMadeAnew();
    assertThat(isThere(reference())).isTrue();
  }

  @Test
  void allOfAFailedAppButItsDataIsMadeAnewWhenItIsTriedAgain() {
    database.execute("UPDATE deployments SET restarts = 3, version = version + 1");
    engine.client().killContainerCmd(before.getId()).exec();
    await()
        .untilAsserted(() ->
            assertThat(database.rows("SELECT state FROM deployments")).containsExactly("failed"));
    pruneAll();
    signal(Cause.INSTALLED);
    awaitTold(" made");

    assertMadeAnew();
  }

  /** Its next start is a second away; should it come first, it is made to end again. */
  @Test
  void aContainerThatIsAboutToBeStartedAgainIsMadeAnew() {
    await()
        .until(() -> {
          if (container().getState().getStatus().equals("running")) {
            engine.client().killContainerCmd(before.getId()).exec();
          }
          pruneContainers();
          return engine.container(before.getId()).isEmpty();
        });
    awaitTold("container_missing");

    assertMadeAnew();
  }

  @Test
  void theImageOfAnAppThatRunsLosesItsNameAtMostAndIsPulledForTheNextContainer() {
    assertThatThrownBy(() -> engine.client().removeImageCmd(reference()).exec())
        .isInstanceOf(ConflictException.class);
    removeImage(reference());
    assertThatThrownBy(() -> removeImage(before.getImageId()))
        .isInstanceOf(ConflictException.class);
    lookAtAll();
    assertUntouched();

    engine.client().killContainerCmd(before.getId()).exec();
    awaitTold("exited");
    assertStartedAgain();
    assertThat(isThere(reference())).isFalse();

    signal(Cause.REDEPLOY);
    await().until(() -> isThere(reference()) && engine.container(before.getId()).isEmpty());
    assertMadeAnew();
  }

  @Test
  void aStoppedContainerIsStartedAgainWithoutItsImageAndReplacedByWhatIsPulled() {
    hold();
    removeImage(reference());
    assertThat(isThere(before.getImageId())).isFalse();
    release();
    awaitHealthy();
    assertStartedAgain();

    engine.remove(before.getId());
    awaitTold("container_missing");
    assertMadeAnew();
    assertThat(isThere(reference())).isTrue();
  }
}

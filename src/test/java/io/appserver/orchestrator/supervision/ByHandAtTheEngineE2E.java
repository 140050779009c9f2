package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.RestartPolicy;
import io.appserver.orchestrator.convergence.signal.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * What a person does to a container of ours with the docker command is told and put right, and
 * costs no data.
 */
@Order(1)
class ByHandAtTheEngineE2E extends AtTheEngine {

  ByHandAtTheEngineE2E() {
    super("volumes", List.of(), List.of("/data/file", "/var/lib/app/deep/file"));
  }

  @Test
  void stopped() {
    engine.client().stopContainerCmd(before.getId()).withTimeout(1).exec();
    awaitTold("exited");
    assertStartedAgain();
  }

  /**
   * Whether it is looked at between the stop and the start is a matter of luck. One that is not
   * watched yet, after the test before, is not known to be in another run: so it is done until it
   * is told.
   */
  @Test
  void restarted() {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofSeconds(15))
        .until(() -> {
          boolean told =
              told().stream()
                  .anyMatch(line ->
                      line.contains("was restarted at the engine") || line.contains("exited"));
          if (!told) {
            engine.client().restartContainerCmd(before.getId()).withTimeout(1).exec();
          }
          return told;
        });
    awaitHealthy();
    assertStartedAgain();
  }

  @Test
  void killed() {
    engine.client().killContainerCmd(before.getId()).exec();
    awaitTold("exited");
    assertStartedAgain();
  }

  @Test
  void pausedItGoesOnInTheSameRun() {
    engine.client().pauseContainerCmd(before.getId()).exec();
    awaitTold("was paused at the engine");
    assertUntouched();
  }

  @Test
  void renamedItHasItsNameAgainInTheSameRun() {
    String theirs = app.container() + "-theirs";
    engine.client().renameContainerCmd(before.getId()).withName(theirs).exec();
    awaitTold("was renamed to " + theirs);
    assertUntouched();
    assertThat(engine.container(theirs)).isEmpty();
  }

  @Test
  void takenOutOfItsNetworkItIsPutBackInTheSameRun() {
    engine
        .client()
        .disconnectFromNetworkCmd()
        .withContainerId(before.getId())
        .withNetworkId(network)
        .exec();
    awaitTold("was taken out of the network");
    assertUntouched();
    assertThat(engine.networks(app.container()).get(network).getAliases())
        .contains(app.container());
  }

  @Test
  void connectedToAnotherNetworkItStaysInBoth() {
    String other = network + "-other";
    String id = engine.client().createNetworkCmd().withName(other).exec().getId();
    try {
      engine
          .client()
          .connectToNetworkCmd()
          .withContainerId(before.getId())
          .withNetworkId(id)
          .exec();
      lookAtAll();
      assertUntouched();
      assertThat(engine.networks(app.container())).containsKeys(network, other);
    } finally {
      engine
          .client()
          .disconnectFromNetworkCmd()
          .withContainerId(before.getId())
          .withNetworkId(id)
          .exec();
      engine.client().removeNetworkCmd(id).exec();
    }
  }

  @Test
  void otherLimitsAndARestartPolicyLastUntilTheNextReplacement() {
    engine
        .client()
        .updateContainerCmd(before.getId())
        .withMemory(128L << 20)
        .withMemorySwap(256L << 20)
        .withRestartPolicy(RestartPolicy.alwaysRestart())
        .exec();
    lookAtAll();
    assertUntouched();

    signal(Cause.REDEPLOY);
    await()
        .until(() ->
            !before
                .getId()
                .equals(
                    engine
                        .container(app.container())
                        .map(InspectContainerResponse::getId)
                        .orElse("")));
    awaitHealthy();
    assertThat(container().getHostConfig().getMemory()).isEqualTo(64L << 20);
    assertThat(container().getHostConfig().getRestartPolicy().getName()).isIn("no", "");
    assertDataIsKept();
  }

  @Test
  void committedCopiedFromAndEnteredItRunsOn() throws IOException {
    String image = engine.client().commitCmd(before.getId()).exec();
    try (InputStream copy =
        engine.client().copyArchiveFromContainerCmd(before.getId(), "/tmp/layer").exec()) {
      assertThat(copy.readAllBytes()).isNotEmpty();
      run("true");
      lookAtAll();
      assertUntouched();
    } finally {
      engine.client().removeImageCmd(image).exec();
    }
  }

  @Test
  void removedWithItsVolumesItIsMadeAnewWithItsData() {
    engine
        .client()
        .removeContainerCmd(before.getId())
        .withForce(true)
        .withRemoveVolumes(true)
        .exec();
    awaitTold("container_missing");
    assertThat(container().getId()).isNotEqualTo(before.getId());
    assertDataIsKept();
  }

  @Test
  void neitherItsNetworkNorItsVolumesCanBeRemovedUnderIt() {
    assertThatThrownBy(() -> engine.client().removeNetworkCmd(network).exec())
        .isInstanceOf(DockerException.class);
    assertThatThrownBy(() -> engine.client().removeVolumeCmd(app.volume()).exec())
        .isInstanceOf(DockerException.class);
    lookAtAll();
    assertUntouched();
  }
}

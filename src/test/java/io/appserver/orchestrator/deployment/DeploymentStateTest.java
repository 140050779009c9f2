package io.appserver.orchestrator.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeploymentStateTest {

  private static final Failure FAILURE = Failure.of(FailureCode.EXITED, "ended with exit code 1");

  /** Every pair of states: what is not listed must not be. */
  @Test
  void allowsTheseTransitionsAndNoOthers() {
    Map<String, String> allowed = new TreeMap<>();
    for (DeploymentState from : DeploymentState.values()) {
      allowed.put(
          from.code(),
          Arrays.stream(DeploymentState.values())
              .filter(from::mayBecome)
              .map(DeploymentState::code)
              .collect(Collectors.joining(" ")));
    }

    assertThat(allowed)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "pending", "pulling creating starting healthy stopping stopped failed",
                "pulling", "pending creating healthy stopping stopped failed",
                "creating", "pending pulling starting stopping stopped failed",
                "starting", "pending pulling creating healthy restarting stopping stopped failed",
                "healthy", "pending pulling unhealthy restarting stopping stopped failed",
                "unhealthy", "pending pulling healthy restarting stopping stopped failed",
                "restarting", "pending pulling starting healthy stopping stopped failed",
                "stopping", "pending stopped failed",
                "stopped", "pending",
                "failed", "pending stopping stopped"));
  }

  @ParameterizedTest
  @EnumSource(DeploymentState.class)
  void codeReadsBackInAnyCase(DeploymentState state) {
    assertThat(DeploymentState.ofCode(state.code())).isEqualTo(state);
    assertThat(DeploymentState.ofCode(state.name())).isEqualTo(state);
    assertThat(new StateConverter().convertToEntityAttribute(" " + state.code())).isEqualTo(state);
  }

  @Test
  void wordWrittenByHandThatIsNoStateMeansLookAgain() {
    assertThat(new StateConverter().convertToEntityAttribute("borked"))
        .isEqualTo(DeploymentState.PENDING);
    assertThat(new HealthStatusConverter().convertToEntityAttribute("borked"))
        .isEqualTo(HealthStatus.UNKNOWN);
  }

  @Test
  void deploymentRefusesAForbiddenTransitionAndNamesIt() {
    Deployment stopped = deployment();
    stopped.stopped();

    assertThatThrownBy(() -> stopped.healthy(Instant.EPOCH))
        .hasMessage("app_name=todos must not go from STOPPED to HEALTHY");
    assertThat(stopped.state()).isEqualTo(DeploymentState.STOPPED);
  }

  @Test
  void attemptsAreCountedForEachCodeByItself() {
    Deployment deployment = deployment();

    assertThat(deployment.tries().count(FailureCode.EXITED)).isEqualTo(1);
    assertThat(deployment.tries().count(FailureCode.EXITED)).isEqualTo(2);
    assertThat(deployment.tries().count(FailureCode.REGISTRY_UNREACHABLE)).isEqualTo(1);
    deployment.renew();
    assertThat(deployment.tries().count(FailureCode.REGISTRY_UNREACHABLE)).isEqualTo(1);
  }

  @Test
  void reasonStandsUntilTheNextStateThatNeedsNone() {
    Deployment deployment = deployment();
    deployment.pending(FAILURE, Instant.EPOCH);
    assertThat(deployment.reason().code()).contains("exited");
    assertThat(deployment.reason().nextLookAt()).contains(Instant.EPOCH);

    deployment.pulling();
    assertThat(deployment.reason().code()).isEmpty();
    assertThat(deployment.reason().nextLookAt()).isEmpty();
  }

  @Test
  void rowChangedByHandIsTold() {
    Deployment deployment = deployment();
    assertThat(deployment.changedByHand()).isFalse();
    deployment.written(Instant.EPOCH);
    assertThat(deployment.changedByHand()).isFalse();
    deployment.failed(FAILURE, "");
    assertThat(deployment.changedByHand()).isTrue();
  }

  @Test
  void containerKeptAsideComesBackWithWhatItWasMadeFrom() {
    Deployment deployment = deployment();
    deployment.created(new ContainerId("old"), "1:old", 1);
    deployment.containers().keepPrevious();
    deployment.created(new ContainerId("new"), "1:new", 2);
    deployment.containers().restorePrevious();

    assertThat(deployment.containers().id()).contains(new ContainerId("old"));
    assertThat(deployment.containers().specHash()).contains("1:old");
    assertThat(deployment.containers().previousId()).isEmpty();
  }

  private static Deployment deployment() {
    return new Deployment(
        new AppId(UUID.randomUUID()), new AppName("todos"), "node", Instant.EPOCH);
  }
}

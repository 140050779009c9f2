package io.appserver.orchestrator.convergence.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The values of rows and containers answer as what they were read from does. */
class RowTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final AppName TODOS = new AppName("todos");
  private static final Failure AWAY = Failure.of(FailureCode.REGISTRY_UNREACHABLE, "away");

  /** What may be written into a row, each on top of any of the others. */
  private static final List<Consumer<Deployment>> CHANGES =
      List.of(
          row -> row.created("own", "1:a", 1),
          Deployment::keepPrevious,
          row -> row.created("next", "1:b", 2),
          row -> row.reject("1:c", FailureCode.EXITED),
          row -> row.triedInVain("1:a"),
          row -> row.updateWaits(NOW),
          row -> row.waits(AWAY, NOW),
          row -> row.waits(Failure.of(FailureCode.INVALID_SETTING, "wrong"), NOW),
          Deployment::redeploy,
          row -> row.hasVolume("data"),
          row -> row.asksBy("1:h"));

  private static Deployment deployment() {
    return new Deployment(new AppId(new UUID(0, 1)), TODOS, "here", NOW);
  }

  private static void assertSame(Deployment deployment) {
    Row row = Row.of(deployment);

    assertThat(row.home()).isEqualTo(deployment.home());
    assertThat(row.changedByHand()).isEqualTo(deployment.changedByHand());
    assertThat(row.redeployWaits()).isEqualTo(deployment.redeployWaits());
    assertThat(row.updateWaits()).isEqualTo(deployment.updateWaits());
    assertThat(row.waitsForOthers()).isEqualTo(deployment.waitsForOthers());
    for (String node : List.of("here", "there")) {
      assertThat(row.homeBut(node)).isEqualTo(deployment.homeBut(node));
    }
    for (String container : List.of("own", "next", "another")) {
      assertThat(row.recorded(container)).isEqualTo(deployment.recorded(container));
    }
    for (String hash : List.of("1:a", "1:b", "1:c", "1:d", "")) {
      assertThat(row.areNew(hash)).isEqualTo(deployment.areNew(hash));
      assertThat(row.isAnother(hash)).isEqualTo(deployment.isAnother(hash));
      assertThat(row.keptForOthersThan(hash)).isEqualTo(deployment.keptForOthersThan(hash));
      assertThat(row.hadSettings(hash)).isEqualTo(deployment.hadSettings(hash));
    }
  }

  @Test
  void aRowAnswersAsItsDeploymentDoes() {
    for (int changes = 0; changes < 1 << CHANGES.size(); changes++) {
      Deployment deployment = deployment();
      for (int i = 0; i < CHANGES.size(); i++) {
        if ((changes >> i & 1) == 1) {
          CHANGES.get(i).accept(deployment);
        }
      }
      assertSame(deployment);
    }
  }

  @Test
  void whatIsStoppedIsAtHomeWhereItsDataIs() {
    Deployment deployment = deployment();
    deployment.stopped();
    assertSame(deployment);
    assertThat(Row.of(deployment).isActiveOn("here")).isFalse();

    deployment.hasVolume("data");
    assertSame(deployment);
    assertThat(Row.of(deployment).homeBut("there")).contains("here");
  }

  @Test
  void aStateThatSomebodyWroteIsChangedByHand() {
    Deployment deployment = deployment();
    deployment.written(NOW);
    assertThat(Row.of(deployment).changedByHand()).isFalse();

    deployment.pulling();
    assertThat(Row.of(deployment).changedByHand()).isTrue();
    assertThat(Row.of(deployment).state()).isEqualTo(DeploymentState.PULLING);
  }

  @ParameterizedTest
  @EnumSource(Status.class)
  void aContainerIsTheSameListedAndObserved(Status status) {
    var id = new ContainerId("own");
    var name = new ContainerName("app-todos");
    var labels = new ContainerLabels("test", "here", new AppId(new UUID(0, 1)), TODOS, 1, "1:a", 1);
    var listed = new ListedContainer(id, name, status, false, "sha256:1", labels);
    var observed =
        new ObservedContainer(
            id,
            name,
            status,
            0,
            false,
            "",
            Optional.empty(),
            "sha256:1",
            "",
            List.of(),
            List.of(),
            Optional.empty(),
            labels.asMap());

    assertThat(Seen.of(listed)).isEqualTo(Seen.of(observed));
    assertThat(Seen.of(observed).running()).isEqualTo(observed.running());
  }
}

package io.appserver.orchestrator.convergence.decide;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
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
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The values of rows and containers answer as what they were read from does. */
class RowTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final AppName TODOS = new AppName("todos");
  private static final Failure AWAY = Failure.of(FailureCode.REGISTRY_UNREACHABLE, "away");

  private static final Failure NO_ENGINE = Failure.of(FailureCode.RUNTIME_UNAVAILABLE, "no answer");
  private static final Failure MISSING =
      Failure.of(FailureCode.DEPENDENCY_MISSING, "there is no such app");

  private static final ContainerId OWN = new ContainerId("own");
  private static final ContainerId NEXT = new ContainerId("next");

  private static final Consumer<Deployment> NOTHING = Deployment::pending;
  private static final Consumer<Deployment> RUNS = row -> row.created(OWN, "1:a", 1);
  private static final Consumer<Deployment> HAS_SUCCESSOR =
      RUNS.andThen(row -> row.containers().keepPrevious())
          .andThen(row -> row.created(NEXT, "1:b", 2));
  private static final Consumer<Deployment> TRIED =
      RUNS.andThen(row -> row.updates().failed("1:b"));
  private static final Consumer<Deployment> REFUSED =
      RUNS.andThen(row -> row.updates().reject("1:b", FailureCode.EXITED));

  private static Deployment deployment() {
    return new Deployment(new AppId(new UUID(0, 1)), TODOS, "here", NOW);
  }

  private static Row row(Consumer<Deployment> change) {
    Deployment deployment = deployment();
    change.accept(deployment);
    return Row.of(deployment);
  }

  /**
   * What was written; which settings are not what there is; which are new; kept for others than.
   */
  private static List<Arguments> settings() {
    return List.of(
        arguments("nothing yet", NOTHING, "", "", ""),
        arguments("runs", RUNS, "b c", "b c", ""),
        arguments("has a successor", HAS_SUCCESSOR, "a c", "a c", ""),
        arguments("is made anew", RUNS.andThen(Deployment::redeploy), "a b c", "b c", ""),
        arguments(
            "does after all",
            RUNS.andThen(Deployment::redeploy).andThen(row -> row.containers().wantAny()),
            "b c",
            "b c",
            ""),
        arguments("tried others", TRIED, "b c", "b c", "a c"),
        arguments(
            "tries them later",
            TRIED.andThen(row -> row.updates().waitUntil(NOW)),
            "b c",
            "c",
            "a c"),
        arguments(
            "is looked at later", TRIED.andThen(row -> row.waits(AWAY, NOW)), "b c", "c", "a c"),
        arguments("refused others", REFUSED, "b c", "c", "a"),
        arguments(
            "tried them again",
            REFUSED.andThen(row -> row.updates().failed("1:b")),
            "b c",
            "b c",
            "a c"),
        arguments(
            "tried others than it refused",
            REFUSED.andThen(row -> row.updates().failed("1:c")),
            "b c",
            "c",
            "a b"),
        arguments(
            "is asked by others",
            REFUSED.andThen(row -> row.asksBy("1:h")).andThen(row -> row.asksBy("1:i")),
            "b c",
            "b c",
            ""),
        arguments(
            "is asked as before",
            REFUSED.andThen(row -> row.asksBy("1:h")).andThen(row -> row.asksBy("1:h")),
            "b c",
            "c",
            "a"),
        arguments(
            "refused others and is made anew",
            REFUSED.andThen(Deployment::redeploy),
            "a b c",
            "b c",
            ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void settings(
      String name, Consumer<Deployment> written, String others, String news, String keptFor) {
    Row row = row(written);

    assertThat(those(row::isAnother)).isEqualTo(others);
    assertThat(those(row::areNew)).isEqualTo(news);
    assertThat(those(row::keptForOthersThan)).isEqualTo(keptFor);
  }

  private static String those(Predicate<String> which) {
    return Stream.of("a", "b", "c").filter(hash -> which.test("1:" + hash)).collect(joining(" "));
  }

  @Test
  void whetherItHadSettings() {
    assertThat(row(NOTHING).hadSettings("1:a")).isFalse();
    assertThat(row(RUNS).hadSettings("1:a")).isFalse();
    assertThat(row(RUNS).hadSettings("1:b")).isTrue();
  }

  @Test
  void itCountsOnItsOwnContainerAndTheOneToGoBackTo() {
    assertThat(row(NOTHING).recorded(OWN)).isFalse();
    assertThat(row(RUNS).recorded(OWN)).isTrue();
    assertThat(row(RUNS).isOwn(OWN)).isTrue();
    assertThat(row(RUNS).recorded(NEXT)).isFalse();
    assertThat(row(HAS_SUCCESSOR).recorded(OWN)).isTrue();
    assertThat(row(HAS_SUCCESSOR).isOwn(OWN)).isFalse();
    assertThat(row(HAS_SUCCESSOR).recorded(NEXT)).isTrue();
  }

  @Test
  void whatItWaitsFor() {
    assertThat(row(RUNS).waitsForOthers()).isFalse();
    assertThat(row(row -> row.waits(AWAY, NOW)).waitsForOthers()).isFalse();
    assertThat(row(row -> row.waits(MISSING, NOW)).waitsForOthers()).isTrue();
    assertThat(row(row -> row.waits(AWAY, NOW)).waitsForEngine()).isFalse();
    assertThat(row(row -> row.waits(NO_ENGINE, NOW)).waitsForEngine()).isTrue();
    assertThat(row(TRIED).updateWaits()).isFalse();
    assertThat(row(TRIED.andThen(row -> row.updates().waitUntil(NOW))).updateWaits()).isTrue();
    assertThat(row(RUNS).redeployWaits()).isFalse();
    assertThat(row(RUNS.andThen(Deployment::redeploy)).redeployWaits()).isTrue();
  }

  @Test
  void whatIsStoppedIsAtHomeWhereItsDataIs() {
    Deployment deployment = deployment();
    assertThat(Row.of(deployment).home()).contains("here");
    assertThat(Row.of(deployment).homeBut("there")).contains("here");
    assertThat(Row.of(deployment).homeBut("here")).isEmpty();

    deployment.stopped();
    assertThat(Row.of(deployment).home()).isEmpty();
    assertThat(Row.of(deployment).homeBut("there")).isEmpty();

    deployment.hasVolume(Optional.of("data"));
    assertThat(Row.of(deployment).home()).contains("here");
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
    var name = new ContainerName("app-todos");
    var labels = new ContainerLabels("test", "here", new AppId(new UUID(0, 1)), TODOS, 1, "1:a", 1);
    var listed = new ListedContainer(OWN, name, status, false, "sha256:1", labels);
    var observed =
        new ObservedContainer(
            OWN,
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

    assertThat(Seen.of(listed)).isEqualTo(Seen.of(observed, false));
    assertThat(Seen.of(observed, true).running()).isEqualTo(observed.running());
  }
}

package io.appserver.orchestrator.convergence.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import io.appserver.orchestrator.supervision.TestTime;
import io.appserver.orchestrator.testing.FakeEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which ends are the engine's, and which are the apps' own. */
class EngineOutageTest {

  private final TestTime time = new TestTime();
  private final FakeEngine engine = new FakeEngine(time.clock());
  private final EngineOutage outage = new EngineOutage(engine, time);

  private static ObservedContainer container(Status status, Instant begun, Instant ended) {
    return new ObservedContainer(
        new ContainerId("0123"),
        new ContainerName("app-todos"),
        status,
        status == Status.EXITED ? 137 : 0,
        false,
        "",
        Optional.of(begun),
        Optional.of(ended),
        "sha256:1",
        "",
        List.of(),
        List.of(),
        Map.of());
  }

  private static ObservedContainer ran(Instant begun, Instant ended) {
    return container(Status.EXITED, begun, ended);
  }

  private Instant pass(int seconds) {
    time.pass(Duration.ofSeconds(seconds));
    return time.clock().instant();
  }

  @Test
  void whatEndsWithinTwentySecondsOfTroubleEndedWithTheEngine() {
    Instant begun = pass(1);
    pass(60);
    outage.seen();
    Instant ended = pass(19);
    assertThat(outage.excuses(ran(begun, ended))).isTrue();
    pass(1);

    assertThat(outage.excuses(ran(begun, ended))).isFalse();
  }

  @Test
  void aRunThatBeganAfterTheTroubleIsNotExcused() {
    outage.seen();
    Instant begun = pass(1);

    assertThat(outage.excuses(ran(begun, pass(1)))).isFalse();
  }

  @Test
  void anEngineThatAnswersWhenAskedIsInNoTrouble() {
    Instant begun = pass(60);
    outage.suspected();
    assertThat(outage.excuses(ran(begun, begun))).isFalse();
    engine.answer(false);
    outage.suspected();

    assertThat(outage.excuses(ran(begun, begun))).isTrue();
  }

  /** It was started anew behind a socket that a service manager holds open. */
  @Test
  void whatEndedBetweenTheEventsAndTheNextAnswerMayHaveEndedWithTheEngine() {
    Instant begun = pass(60);
    Instant before = pass(1);
    Instant from = pass(1);
    Instant meanwhile = pass(5);
    pass(5);
    outage.silentSince(from);
    Instant after = pass(1);

    assertThat(outage.excuses(ran(begun, before))).isFalse();
    assertThat(outage.excuses(ran(begun, from))).isTrue();
    assertThat(outage.excuses(ran(begun, meanwhile))).isTrue();
    assertThat(outage.excuses(ran(begun, after))).isFalse();
    assertThat(outage.excuses(container(Status.RUNNING, after, meanwhile)))
        .as("runs again")
        .isFalse();
  }
}

package io.appserver.orchestrator.convergence.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.supervision.TestTime;
import io.appserver.orchestrator.testing.FakeEngine;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
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

  private static ObservedContainer container(Status status, Instant begun) {
    return new ObservedContainer(
        new ContainerId("0123"),
        new ContainerName("app-todos"),
        status,
        status == Status.EXITED ? 137 : 0,
        false,
        "",
        Optional.of(begun),
        "sha256:1",
        "",
        List.of(),
        List.of(),
        Optional.empty(),
        Map.of());
  }

  private static ObservedContainer ended(Instant begun) {
    return container(Status.EXITED, begun);
  }

  private Instant pass(Duration passed) {
    time.pass(passed);
    return time.clock().instant();
  }

  @Test
  void whatEndsWithinTwentySecondsOfTroubleEndedWithTheEngine() {
    Instant begun = pass(Duration.ofMinutes(1));
    outage.seen();
    pass(Duration.ofSeconds(19));
    assertThat(outage.excuses(ended(begun))).isTrue();
    assertThat(outage.excuses(container(Status.RUNNING, begun))).as("runs").isFalse();
    pass(Duration.ofSeconds(1));

    assertThat(outage.excuses(ended(begun))).isFalse();
  }

  @Test
  void aRunThatBeganAfterTheTroubleIsNotExcused() {
    outage.seen();
    Instant begun = pass(Duration.ofSeconds(1));

    assertThat(outage.excuses(ended(begun))).isFalse();
  }

  @Test
  void anEngineThatAnswersWhenAskedIsInNoTrouble() {
    Instant begun = pass(Duration.ofMinutes(1));
    outage.suspected();
    assertThat(outage.excuses(ended(begun))).isFalse();
    engine.answer(false);
    outage.suspected();

    assertThat(outage.excuses(ended(begun))).isTrue();
  }

  /** It was started anew behind a socket that a service manager holds open. */
  @Test
  void anEngineThatHadToBeWaitedForMayHaveBeenAway() {
    Instant begun = pass(Duration.ofMinutes(1));
    var waitedFor = answering(SignOfLife.LATE, Duration.ZERO);
    waitedFor.suspected();

    assertThat(waitedFor.excuses(ended(begun))).isTrue();
  }

  @Test
  void anEngineThatIsMerelySlowExcusesNothing() {
    Instant begun = pass(Duration.ofMinutes(1));
    var quick = answering(SignOfLife.LATE.minusMillis(1));
    quick.suspected();
    assertThat(quick.excuses(ended(begun))).isFalse();
    var slow = answering(SignOfLife.LATE, SignOfLife.LATE);
    slow.suspected();

    assertThat(slow.excuses(ended(begun))).isFalse();
  }

  @Test
  void anEngineThatCouldNotBeAskedExcusesNothing() {
    Instant begun = pass(Duration.ofMinutes(1));
    var unasked =
        new EngineOutage(
            view((self, method, arguments) -> {
              throw new UnreachableException(Failure.of(FailureCode.ENGINE_BUSY, "busy"), null);
            }),
            time);
    unasked.suspected();

    assertThat(unasked.excuses(ended(begun))).isFalse();
  }

  private static RuntimeView view(InvocationHandler answers) {
    return (RuntimeView)
        Proxy.newProxyInstance(
            EngineOutageTest.class.getClassLoader(), new Class<?>[] {RuntimeView.class}, answers);
  }

  /** One whose engine takes those times for its answers. */
  private EngineOutage answering(Duration... after) {
    var times = List.of(after).iterator();
    var view =
        view((self, method, arguments) -> {
          time.pass(times.next());
          return method.invoke(engine, arguments);
        });
    return new EngineOutage(view, time);
  }
}

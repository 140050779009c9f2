package io.appserver.orchestrator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.EngineEvent.Kind;
import io.appserver.orchestrator.runtime.Follower;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import io.appserver.orchestrator.runtime.RuntimeContract;
import io.appserver.orchestrator.runtime.RuntimeFixture;
import io.appserver.orchestrator.testing.FakeEngine.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The engine in memory keeps the contract of the real ones, and misbehaves as it is told. */
class FakeEngineTest implements RuntimeContract {

  private static final Duration SOON = Patience.CONDITION;

  private final FakeFixture fixture = new FakeFixture();
  private final FakeEngine engine = fixture.engine;

  @Override
  public RuntimeFixture runtime() {
    return fixture;
  }

  private ContainerSpec spec() {
    return fixture.spec(fixture.app(), fixture.pull("web"));
  }

  private Status status(ContainerId id) {
    return fixture.observed(id).status();
  }

  private static void unanswered(Runnable call) {
    assertThatExceptionOfType(UnansweredCallException.class).isThrownBy(call::run);
  }

  @Test
  void takesEffectLaterThanItWasAsked() {
    ContainerId id = fixture.created(spec());
    engine.fault("start", Fault.DONE_LATE);

    unanswered(() -> engine.start(id));
    assertThat(status(id)).isEqualTo(Status.CREATED);
    assertThat(engine.late()).isEqualTo(1);
    engine.deliverLate();

    assertThat(status(id)).isEqualTo(Status.RUNNING);
    assertThat(engine.late()).isZero();
  }

  @Test
  void findsTheNameTakenWhenItCreatesLate() {
    ContainerSpec spec = spec();
    engine.fault("create", Fault.DONE_LATE);
    unanswered(() -> engine.create(spec));
    ContainerId id = fixture.created(spec);

    engine.deliverLate();

    assertThat(engine.ids()).containsExactly(id);
  }

  @Test
  void takesEffectAgainLate() {
    ContainerSpec spec = spec();
    engine.fault("create", Fault.DONE_TWICE);
    ContainerId first = fixture.created(spec);
    engine.remove(first);
    assertThat(engine.ids()).isEmpty();

    engine.deliverLate();

    assertThat(engine.ids()).hasSize(1).doesNotContain(first);
  }

  @Test
  void deliversWhatIsLateInAnyOrder() {
    ContainerId first = fixture.started("web");
    ContainerId second = fixture.started("web");
    engine.faults(verb -> Optional.of(Fault.DONE_LATE));
    unanswered(() -> engine.kill(first));
    unanswered(() -> engine.kill(second));
    engine.faults(verb -> Optional.empty());

    engine.deliverLate(1);

    assertThat(List.of(status(first), status(second)))
        .containsExactly(Status.RUNNING, Status.EXITED);
  }

  @Test
  void losesAnAnswerWithOrWithoutTheEffect() {
    ContainerId id = fixture.created(spec());

    engine.fault("start", Fault.LOST);
    unanswered(() -> engine.start(id));
    assertThat(status(id)).isEqualTo(Status.CREATED);
    engine.fault("start", Fault.DONE_UNANSWERED);
    unanswered(() -> engine.start(id));

    assertThat(status(id)).isEqualTo(Status.RUNNING);
    assertThat(engine.late()).isZero();
  }

  @Test
  void answersNothingUntilItIsToldTo() {
    ContainerSpec spec = spec();
    engine.answer(false);

    List.<Runnable>of(
            engine::ping,
            () -> engine.list(fixture.installation()),
            () -> engine.create(spec),
            () -> engine.follow(new Follower.Deaf(), new Cancellation()))
        .forEach(
            call -> assertThatExceptionOfType(UnreachableException.class).isThrownBy(call::run));

    engine.answer(true);
    assertThat(engine.ids()).isEmpty();
    assertThat(engine.create(spec)).isInstanceOf(CreateResult.Created.class);
  }

  @Test
  void breaksTheEvents() {
    var follower = new Follower(engine);

    engine.breakEvents();

    assertThat(follower.end())
        .failsWithin(SOON)
        .withThrowableThat()
        .withCauseInstanceOf(DeploymentException.class);
  }

  @Test
  void tellsWhatComesFromOutside() {
    ContainerId killed = fixture.started("web");
    ContainerId exited = fixture.started("web");
    try (var follower = new Follower(engine)) {
      engine.killForMemory(killed);
      engine.exit(exited, 7);
      engine.vanish(exited);

      follower.await(Kind.OUT_OF_MEMORY, killed);
      follower.await(Kind.EXITED, killed);
      follower.await(Kind.EXITED, exited);
      follower.await(Kind.REMOVED, exited);
    }
    ObservedContainer left = fixture.observed(killed);
    assertThat(left.oomKilled()).isTrue();
    assertThat(left.exitCode()).isEqualTo(137);
  }

  @Test
  void waitsForAnExitThatComesFromOutside() {
    ContainerId id = fixture.started("stubborn");
    var exit = CompletableFuture.supplyAsync(() -> engine.awaitExit(id, SOON));

    engine.exit(id, 1);

    assertThat(exit).succeedsWithin(SOON).isEqualTo(true);
  }
}

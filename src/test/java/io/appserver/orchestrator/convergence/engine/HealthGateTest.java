package io.appserver.orchestrator.convergence.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.supervision.TestTime;
import io.appserver.orchestrator.testing.FakeEngine;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The time to start runs while an app is asked, and stands still while it cannot be. */
class HealthGateTest implements HealthProbe {

  private static final AppName TODOS = new AppName("todos");
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration A_PROBE = Duration.ofMinutes(1);

  private final TestTime time = new TestTime();
  private final FakeEngine engine = new FakeEngine(time::now);
  private final ContainerId container = engine.foreign("app-todos");
  private final LeaseClock leases = new LeaseClock(() -> 0);
  private final AtomicInteger inspections = new AtomicInteger();
  private int busyFor;
  private int sickFor;
  private int asked;

  /** Takes a minute each time: first there is no place for it, then the app is not well. */
  @Override
  public Result probe(ObservedContainer container, HealthCheck check, Duration timeout) {
    time.pass(A_PROBE);
    asked++;
    if (asked <= busyFor) {
      throw new DeploymentException(FailureCode.ENGINE_BUSY, "all connections to it are busy");
    }
    return new Result(asked > busyFor + sickFor, "answered 503");
  }

  private static <T> T unused(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              throw new AssertionError(method + " is not to be called");
            }));
  }

  /** The engine, which tells at the fifth question only that memory was what was wanting. */
  private RuntimeView slowToTell() {
    return (RuntimeView)
        Proxy.newProxyInstance(
            RuntimeView.class.getClassLoader(),
            new Class<?>[] {RuntimeView.class},
            (self, method, arguments) ->
                method.getName().equals("inspect")
                    ? engine.inspect((ContainerId) arguments[0]).map(this::told)
                    : method.invoke(engine, arguments));
  }

  private ObservedContainer told(ObservedContainer c) {
    return new ObservedContainer(
        c.id(),
        c.name(),
        c.status(),
        c.exitCode(),
        c.oomKilled() && inspections.incrementAndGet() > 4,
        c.error(),
        c.startedAt(),
        c.imageId(),
        c.address(),
        c.healthcheck(),
        c.volumes(),
        c.port(),
        c.labels());
  }

  private void await() {
    var lease = new Lease("node", TODOS, UUID.randomUUID(), 1);
    leases.taken(lease, 0);
    var run =
        new Run(
            new Claim(lease, 1, false, "app.installed"),
            new Cancellation(),
            leases,
            new Run.Place(new Lane(1, time)),
            time,
            () -> false);
    var writer =
        new DeploymentWriter(
            unused(Transactions.class),
            unused(WorkStore.class),
            unused(Deployments.class),
            time,
            List.of(),
            List.of());
    new HealthGate(
            slowToTell(), this, writer, time, START_TIMEOUT, Duration.ofSeconds(5), () -> false)
        .await(run, container, new HealthCheck.Tcp(3000), time.now());
  }

  @Test
  void anAppThatCannotBeAskedForLongIsNotCondemnedForThat() {
    busyFor = 100;
    sickFor = 1;
    await();

    assertThat(asked).isEqualTo(102);
  }

  @Test
  void allOfItsTimeIsLeftOnceItCanBeAskedAndItEndsThen() {
    busyFor = 100;
    sickFor = 100;

    assertThatExceptionOfType(DeploymentException.class)
        .isThrownBy(this::await)
        .satisfies(e -> assertThat(e.code()).isEqualTo(FailureCode.START_TIMEOUT));
    assertThat(asked).as("two probes of a minute each in two minutes").isEqualTo(102);
  }

  private FailureCode ended() {
    var ended = new AtomicReference<FailureCode>();
    assertThatExceptionOfType(DeploymentException.class)
        .isThrownBy(this::await)
        .satisfies(e -> ended.set(e.code()));
    return ended.get();
  }

  @Test
  void wantOfMemoryThatIsToldALittleLaterThanTheEndIsHeard() {
    engine.killForMemory(container);

    assertThat(ended()).isEqualTo(FailureCode.OUT_OF_MEMORY);
  }

  @Test
  void whatSomebodyKilledHasEnded() {
    engine.exit(container, 137);

    assertThat(ended()).isEqualTo(FailureCode.EXITED);
  }
}

package io.appserver.orchestrator.supervision.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.supervision.TestTime;
import io.appserver.orchestrator.supervision.watch.Probes;
import io.appserver.orchestrator.testing.FakeEngine;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is watched, at which address, and whose end is noticed. */
class ProbeTargetsTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final AppName TODOS = new AppName("todos");

  private final FakeEngine engine = new FakeEngine();
  private final ContainerId container = engine.foreign("app-todos");
  private final App app = new App(new AppId(UUID.randomUUID()), TODOS, true, "installed");
  private final Deployment row = new Deployment(app.id(), TODOS, "node", NOW);
  private final List<Cause> told = new ArrayList<>();
  private boolean ours = true;
  private Consumer<Runnable> engineThread = Runnable::run;
  private final Probes probes =
      new Probes(
          engine,
          Set::of,
          new Settings.HealthChecks(Duration.ofSeconds(30), Duration.ofSeconds(5), 3),
          List.of(),
          Runnable::run,
          new TestTime());
  private final Deployments deployments =
      (Deployments)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Deployments.class},
              (self, method, arguments) -> List.of(row));
  private final ProbeTargets targets =
      new ProbeTargets(
          engine,
          deployments,
          probes,
          (any, one) -> ours,
          (app, cause) -> told.add(cause),
          task -> engineThread.accept(task));

  @BeforeEach
  void start() {
    row.pending();
    row.creating("registry.test/todos:latest", "sha256:1", "");
    row.created(container, "", 1);
    row.starting(NOW);
  }

  private void update() {
    var overview =
        new NodeSnapshot(
            "node",
            Optional.empty(),
            List.of(app),
            Map.of(),
            Set.of(TODOS),
            Map.of(),
            List.of(row),
            Set.of(),
            List.of(),
            Optional.empty());
    var keep = new PlannedAction(TODOS, PlannedAction.Action.KEEP, "runs");
    targets.update(overview, new Plan(List.of(List.of(keep))), () -> {});
  }

  @Test
  void anAnswerThatComesLateCountsForTheSameSpellOfHealthAlone() {
    var hangs = new ArrayList<Runnable>();
    engineThread = hangs::add;
    row.healthy(NOW);
    update();
    assertThat(probes.of(TODOS)).isEmpty();

    hangs.removeFirst().run();
    row.healthy(NOW.plusSeconds(1));
    update();
    assertThat(probes.of(TODOS)).as("it was of the spell before").isEmpty();
    update();
    assertThat(hangs).as("asked anew").hasSize(1);

    hangs.removeFirst().run();
    targets.heed(() -> {});
    assertThat(probes.of(TODOS)).isPresent();
    assertThat(told).isEmpty();
  }

  @Test
  void whileTheEngineHangsAtAContainerItIsAskedOnce() {
    var hangs = new ArrayList<Runnable>();
    engineThread = hangs::add;
    row.healthy(NOW);
    update();
    update();
    assertThat(hangs).hasSize(1);

    engine.exit(container, 1);
    hangs.removeFirst().run();
    assertThat(told).as("heeded by the thread that asked").isEmpty();
    targets.heed(() -> {});
    assertThat(told).containsExactly(Cause.ENDED);
  }

  private String watchedAddress() {
    return probes.of(TODOS).orElseThrow().container().address();
  }

  private String address() {
    return engine.inspect(container).orElseThrow().address();
  }

  private void runAnew() {
    engine.exit(container, 0);
    engine.start(container);
  }

  @Test
  void anEndCountsWhileTheAppStarts() {
    assertThat(targets.counts(TODOS, container)).as("starting").isTrue();
    row.healthy(NOW);
    assertThat(targets.counts(TODOS, container)).as("healthy").isTrue();
    row.restarting(NOW);
    assertThat(targets.counts(TODOS, container)).as("restarting").isTrue();
    assertThat(targets.counts(TODOS, new ContainerId("another"))).isFalse();
    row.pending();
    assertThat(targets.counts(TODOS, container)).as("pending").isFalse();
  }

  @Test
  void oneThatEndedBeforeItWasWatchedIsToldOf() {
    row.healthy(NOW);
    engine.exit(container, 3);
    update();

    assertThat(told).containsExactly(Cause.ENDED);
    assertThat(probes.of(TODOS)).isEmpty();
  }

  @Test
  void aForeignContainerInTheRowIsNotProbed() {
    row.healthy(NOW);
    ours = false;
    update();

    assertThat(probes.of(TODOS)).isEmpty();
    assertThat(told).containsExactly(Cause.ENDED);
  }

  @Test
  void oneThatIsGoneBeforeItWasWatchedIsToldOf() {
    row.healthy(NOW);
    engine.vanish(container);
    update();

    assertThat(told).containsExactly(Cause.ENDED);
  }

  @Test
  void whatIsStoppedWhileTheEngineIsNotHeardMayHaveEndedWithIt() {
    row.healthy(NOW);
    engine.exit(container, 3);
    probes.engineAnswers(false);
    update();
    assertThat(told).isEmpty();

    probes.engineAnswers(true);
    update();
    assertThat(told).containsExactly(Cause.ENDED);
  }

  @Test
  void anotherRunIsProbedAtItsOwnAddressOnceTheEngineTellsOfIt() {
    row.healthy(NOW);
    update();
    runAnew();
    targets.started(TODOS, container);
    update();

    assertThat(watchedAddress()).isEqualTo(address());
  }

  @Test
  void anotherRunIsProbedAtItsOwnAddressOnceAProbeHasFailed() {
    row.healthy(NOW);
    update();
    String before = watchedAddress();
    runAnew();
    assertThat(address()).isNotEqualTo(before);
    probes.of(TODOS).orElseThrow().ended(false);
    update();

    assertThat(watchedAddress()).isEqualTo(address());
    assertThat(told).doesNotContain(Cause.ENDED);
  }

  @Test
  void aRunThatSomebodyElseBeganIsToldOfOnce() {
    row.healthy(NOW);
    update();
    runAnew();
    targets.started(TODOS, container);
    update();
    targets.started(TODOS, container);
    update();

    assertThat(told).containsExactly(Cause.RUNS_ANEW);
  }

  @Test
  void oneThatWeBeganIsNot() {
    row.healthy(NOW);
    update();
    runAnew();
    row.restarting(NOW);
    row.starting(NOW);
    row.healthy(NOW.plusSeconds(1));
    targets.started(TODOS, container);
    update();

    assertThat(told).isEmpty();
  }

  @Test
  void aRunThatGoesOnKeepsItsCountOfFailures() {
    row.healthy(NOW);
    update();
    for (int failure = 0; failure < 3; failure++) {
      probes.of(TODOS).orElseThrow().ended(false);
      update();
    }

    assertThat(probes.of(TODOS).orElseThrow().suspect(3, System.nanoTime(), 0)).isTrue();
  }
}

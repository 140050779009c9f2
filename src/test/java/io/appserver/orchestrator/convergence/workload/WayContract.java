package io.appserver.orchestrator.convergence.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.convergence.decide.Seen;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.WorkloadBench.Fate;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An app's way may be broken off anywhere, and whoever looks next comes to the same end: the app
 * runs once, with its data, and nothing is left over.
 */
abstract class WayContract extends WorkloadCases {

  /** Where an app is to go. */
  enum Way {
    INSTALL,
    UPDATE,
    RESTART,
    /** An update to what ends as soon as it starts. */
    ROLLBACK;

    private Cause cause() {
      return switch (this) {
        case INSTALL -> Cause.INSTALLED;
        case UPDATE, ROLLBACK -> Cause.REDEPLOY;
        case RESTART -> Cause.RESTART;
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWayBrokenOffAfterAnyStepIsGoneToItsEnd(Way way) {
    App app = before(way);
    boolean over = false;
    for (int steps = 0; !over; steps++) {
      Optional<ObservedContainer> before = begin(way, app);
      over = isOverAfter(way, app, steps);
      assertArrived(way, app, before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWayBrokenOffAgainAndAgainIsGoneToItsEnd(Way way) {
    App app = before(way);
    Optional<ObservedContainer> before = begin(way, app);
    boolean over = false;
    for (int steps = 1; !over; steps++) {
      over = isOverAfter(way, app, steps);
    }
    assertArrived(way, app, before);
  }

  @ParameterizedTest
  @EnumSource
  void aWayIsGoneToItsEndByAnotherProcess(Way way) {
    befall(way, Fate.PROCESS_ENDS);
  }

  @ParameterizedTest
  @EnumSource
  void aWayIsGoneToItsEndThoughAnAnswerIsLost(Way way) {
    befall(way, Fate.ANSWER_LOST);
  }

  @ParameterizedTest
  @EnumSource
  void aWayIsGoneToItsEndThoughACallIsLost(Way way) {
    befall(way, Fate.CALL_LOST);
  }

  /** One after the other of the way's calls has that fate. */
  private void befall(Way way, Fate fate) {
    App app = before(way);
    boolean befell = true;
    for (int calls = 0; befell; calls++) {
      Optional<ObservedContainer> before = begin(way, app);
      bench.befall(calls, fate);
      Run run = bench.run(app, way.cause());
      try {
        bench.end(run, bench.advance(run));
      } catch (CancelledException | UnansweredCallException e) {
        bench.breakOff(run); // by its process's end, or by what keeps a way back from its end
      }
      befell = bench.befell();
      assertArrived(way, app, before);
    }
  }

  /** The app that is to go that way. */
  private App before(Way way) {
    App app = bench.app("volumes");
    bench.setting(app, "docker.volume.path", "/data");
    if (way != Way.INSTALL) {
      runs(bench.look(app, Cause.INSTALLED));
    }
    if (way == Way.ROLLBACK) {
      runtime.offer(app.name(), "crash");
    }
    return app;
  }

  /** What runs before; nothing of what is to be installed. */
  private Optional<ObservedContainer> begin(Way way, App app) {
    if (way == Way.INSTALL) {
      bench.forget(app);
      return Optional.empty();
    }
    return Optional.of(runtime.observed(only(app).id()));
  }

  /** Takes so many steps. */
  private boolean isOverAfter(Way way, App app, int steps) {
    Run run = bench.run(app, way.cause());
    boolean over = bench.take(run, steps).isPresent();
    bench.breakOff(run);
    return over;
  }

  private void assertArrived(Way way, App app, Optional<ObservedContainer> before) {
    Outcome outcome = bench.settle(app);

    assertThat(outcome.result())
        .isInstanceOfAny(
            Look.Result.Running.class,
            way == Way.ROLLBACK ? Look.Result.Failed.class : Look.Result.Running.class);
    List<ObservedContainer> there = runtime.view().owned(runtime.installation(), app.name());
    assertThat(there).hasSize(1);
    ObservedContainer now = there.getFirst();
    assertThat(now.running()).isTrue();
    assertThat(now.name()).isEqualTo(nameOf(app));
    before.ifPresent(old -> assertFollows(way, old, now));
    assertHasItsData(app, now);
    assertIsAtRest(app);
  }

  private static void assertFollows(Way way, ObservedContainer before, ObservedContainer now) {
    switch (way) {
      case INSTALL -> throw new AssertionError("there was nothing before");
      case UPDATE -> assertThat(now.id()).isNotEqualTo(before.id());
      case RESTART ->
          assertThat(now.startedAt().orElseThrow()).isAfter(before.startedAt().orElseThrow());
      case ROLLBACK -> assertThat(now.id()).isEqualTo(before.id());
    }
    assertThat(now.volumes()).hasSameElementsAs(before.volumes());
  }

  private void assertHasItsData(App app, ObservedContainer now) {
    List<DataVolume> noted = bench.volumesOf(app);
    assertThat(noted)
        .extracting(DataVolume::name)
        .containsExactlyInAnyOrderElementsOf(
            now.volumes().stream().map(VolumeMount::volume).toList());
    assertThat(noted).hasSize(3).allMatch(DataVolume::used).allMatch(this::isThere);
  }

  /** Another look finds nothing to do. */
  private void assertIsAtRest(App app) {
    List<String> calls = List.copyOf(bench.calls);
    Seen seen = only(app);
    bench.look(app, Cause.INTERVAL);
    assertThat(bench.calls).isEqualTo(calls);
    assertThat(only(app)).isEqualTo(seen);
  }
}

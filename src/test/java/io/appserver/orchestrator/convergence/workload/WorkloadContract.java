package io.appserver.orchestrator.convergence.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.decide.Seen;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.LeaseLostException;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.EngineEvent.Kind;
import io.appserver.orchestrator.runtime.EngineNetwork;
import io.appserver.orchestrator.runtime.Follower;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import io.appserver.orchestrator.testing.Patience;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every kind of engine behind the workload port must do, with one in memory too. */
abstract class WorkloadContract extends WayContract {

  private static final String ANOTHER_INSTALLATION = "another-installation";

  // Advance.

  @Test
  void advancingTwiceIsOnce() {
    App app = running("web");
    Seen first = only(app);
    List<String> calls = List.copyOf(bench.calls);
    assertThat(calls).containsOnlyOnce("create " + nameOf(app), "start " + first.id());

    runs(bench.look(app, Cause.INSTALLED));

    assertThat(bench.calls).isEqualTo(calls);
    assertThat(only(app)).isEqualTo(first);
  }

  @Test
  void tellsTheInstancesWithTheirStateAndWhoseTheyAre() {
    App app = bench.app("web");
    assertThat(bench.find(app).isEmpty()).isTrue();
    assertThat(bench.find(app).fence()).isZero();

    runs(bench.look(app, Cause.INSTALLED));

    Seen running = only(app);
    assertThat(running.running()).isTrue();
    assertThat(running.app()).contains(app.id());
    bench.engine.kill(running.id());
    assertThat(runtime.view().awaitExit(running.id(), Patience.CONDITION)).isTrue();
    assertThat(only(app).status()).isEqualTo(Status.EXITED);
  }

  @Test
  void goesNoFurtherOnceItIsNotWantedAnyMore() {
    App app = bench.app("web");
    Run run = bench.run(app, Cause.INSTALLED);
    bench.after("pull", run.cancellation()::request);

    assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> bench.advance(run));

    assertThat(bench.calls).hasSize(1).first().asString().startsWith("pull ");
    assertThat(runtime.view().inspect(nameOf(app))).isEmpty();
  }

  @Test
  void goesOnWithWhatAnEndedProcessStarted() {
    App app = bench.app("web");
    Run ended = bench.run(app, Cause.INSTALLED);
    bench.after(
        "start",
        () -> {
          throw new CancelledException("the process ends");
        });
    assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> bench.advance(ended));
    bench.breakOff(ended);
    Seen started = only(app);
    List<String> calls = List.copyOf(bench.calls);

    runs(bench.look(app, Cause.INTERVAL));

    assertThat(bench.calls).isEqualTo(calls);
    assertThat(only(app)).isEqualTo(started);
  }

  @Test
  void leavesNothingOfWhatCannotRun() {
    App app = bench.app("bad-entrypoint");
    bench.setting(app, "docker.volume.path", "/data");

    assertThat(bench.settle(app).result()).isInstanceOf(Look.Result.Failed.class);

    assertThat(bench.find(app).isEmpty()).isTrue();
    assertThat(bench.volumesOf(app))
        .extracting(DataVolume::name)
        .containsExactlyElementsOf(bench.volumesThere());
  }

  @Test
  void goesBackToTheVersionBeforeAndAsksWhetherThatIsWell() {
    App app = running("web");
    ContainerId before = only(app).id();
    runtime.offer(app.name(), "crash");
    bench.probed.clear();

    assertThat(failure(bench.look(app, Cause.REDEPLOY))).isEqualTo(FailureCode.EXITED);

    assertThat(only(app).id()).isEqualTo(before);
    assertThat(only(app).running()).isTrue();
    assertThat(bench.probed).contains(before);
    List<String> calls = List.copyOf(bench.calls);
    bench.look(app, Cause.REGISTRY_BACK);
    assertThat(bench.calls).as("what was refused is not tried again").isEqualTo(calls);
  }

  @Test
  void startsAgainWhatEndsWithinBounds() {
    App app = running("web");
    ContainerId id = only(app).id();
    int starts = 0;
    Outcome outcome;
    do {
      bench.engine.kill(id);
      assertThat(runtime.view().awaitExit(id, Patience.CONDITION)).isTrue();
      outcome = bench.settle(app);
    } while (outcome.result() instanceof Look.Result.Running && ++starts < 9);

    assertThat(starts).isEqualTo(WorkloadBench.MOST_RESTARTS);
    assertThat(failure(outcome)).isEqualTo(FailureCode.EXITED);
    assertThat(bench.find(app).instances()).noneMatch(Seen::running);
  }

  // Who needs whom.

  @Test
  void doesNothingBeforeWhatItNeedsIsHealthy() {
    App app = bench.app("web");
    App needed = bench.app("web");
    bench.needs(app, needed);

    assertThat(failure(bench.look(app, Cause.INSTALLED))).isEqualTo(FailureCode.DEPENDENCY_MISSING);

    assertThat(bench.calls).isEmpty();
    assertThat(bench.isSignalled(needed)).isTrue();
    runs(bench.look(needed, Cause.NEEDED));
    runs(bench.look(app, Cause.DEPENDENCY));
  }

  @Test
  void signalsWhoNeedsItOnceItIsHealthyOrGivenUp() {
    for (String image : List.of("web", "crash")) {
      App app = bench.app("web");
      App needed = bench.app(image);
      bench.needs(app, needed);

      bench.settle(needed);

      assertThat(bench.isSignalled(app)).as(image).isTrue();
    }
  }

  // Fences.

  @Test
  void changesNothingUnderAnOlderFence() {
    App there = running("web");
    Seen before = only(there);
    App missing = bench.app("web");
    Run stale = bench.run(there, Cause.INTERVAL);
    Workload workload = bench.control.find(stale);
    Run staleOfMissing = bench.run(missing, Cause.INSTALLED);
    bench.volume(volumeOf(there), labels(runtime.installation(), there));
    DataVolume volume = bench.dataVolume(there, there.id(), volumeOf(there));
    bench.takeFrom(stale);
    bench.takeFrom(staleOfMissing);
    List<String> calls = List.copyOf(bench.calls);

    List<Runnable> changes =
        List.of(
            () -> bench.advance(staleOfMissing),
            () -> bench.control.stop(stale, workload),
            () -> bench.control.remove(stale, workload),
            () -> bench.control.removeVolume(stale, volume));
    for (Runnable change : changes) {
      assertThatExceptionOfType(LeaseLostException.class).isThrownBy(change::run);
    }

    assertThat(bench.calls).isEqualTo(calls);
    assertThat(runtime.observed(before.id()).running()).isTrue();
    assertThat(isThere(volume)).isTrue();
  }

  @Test
  void makesNothingOnceAnotherHasTheLease() {
    App app = bench.app("web");
    Run run = bench.run(app, Cause.INSTALLED);
    bench.after("pull", () -> bench.takeFrom(run));

    assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> bench.advance(run));

    assertThat(bench.calls).hasSize(1).first().asString().startsWith("pull ");
    assertThat(runtime.view().inspect(nameOf(app))).isEmpty();
  }

  @Test
  void tellsTheHighestFenceSoThatALeaseCanBeTakenAboveIt() {
    App app = bench.app("web");
    Run first = bench.runAbove(bench.run(app, Cause.INSTALLED), 41);
    runs(bench.advance(first));
    bench.forgetLeases();

    Run behind = bench.run(app, Cause.INTERVAL);
    long seen = bench.control.find(behind).fence();

    assertThat(seen).isEqualTo(first.lease().fence()).isGreaterThan(behind.lease().fence());
    assertThat(bench.runAbove(behind, seen).lease().fence()).isGreaterThan(seen);
  }

  // Stop and remove.

  @Test
  void stopsAndRemovesWhatIsNotThere() {
    App app = bench.app("web");
    Run run = bench.run(app, Cause.UNINSTALLED);
    Workload nothing = bench.control.find(run);
    bench.control.stop(run, nothing);
    bench.control.remove(run, nothing);
    assertThat(bench.calls).isEmpty();

    App gone = running("web");
    Run late = bench.run(gone, Cause.UNINSTALLED);
    Workload seen = bench.control.find(late);
    seen.instances().forEach(instance -> bench.engine.remove(instance.id()));
    bench.control.stop(late, seen);
    bench.control.remove(late, seen);
    bench.control.remove(late, seen);

    assertThat(bench.control.find(late).isEmpty()).isTrue();
  }

  @Test
  void stopsAllOfItAndLeavesItWhereItIs() {
    App app = running("web");
    ContainerId id = only(app).id();
    Run run = bench.run(app, Cause.HOLD);

    bench.control.stop(run, bench.control.find(run));

    Workload stopped = bench.control.find(run);
    assertThat(stopped.instances()).extracting(Seen::id).containsExactly(id);
    assertThat(stopped.instances()).noneMatch(Seen::running);
    List<String> calls = List.copyOf(bench.calls);
    bench.control.stop(run, stopped);
    assertThat(bench.calls).isEqualTo(calls);
  }

  @Test
  void stopsAndRemovesAllOfAnUpdateThatWasBrokenOff() {
    App app = running("web");
    Run update = bench.run(app, Cause.REDEPLOY);
    bench.after("start", update.cancellation()::request);
    assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> bench.advance(update));
    bench.breakOff(update);
    Run run = bench.run(app, Cause.HOLD);
    Workload both = bench.control.find(run);
    assertThat(both.instances()).hasSize(2);
    assertThat(both.fence()).isEqualTo(update.lease().fence());

    bench.control.stop(run, both);
    Workload stopped = bench.control.find(run);
    assertThat(stopped.instances()).hasSize(2).noneMatch(Seen::running);
    bench.control.remove(run, stopped);
    assertThat(bench.control.find(run).isEmpty()).isTrue();
  }

  @Test
  void breaksARemovalOffThatIsNotWantedAnyMore() {
    App app = running("web");
    Run run = bench.run(app, Cause.UNINSTALLED);
    Workload there = bench.control.find(run);
    run.cancellation().request();

    assertThatExceptionOfType(CancelledException.class)
        .isThrownBy(() -> bench.control.remove(run, there));
    assertThatExceptionOfType(CancelledException.class)
        .isThrownBy(() -> bench.control.stop(run, there));

    assertThat(only(app).running()).isTrue();
  }

  @Test
  void stopsBeforeItRemovesAndEndsWhatDoesNotListen() {
    App app = running("stubborn");
    ContainerId id = only(app).id();
    Run run = bench.run(app, Cause.HOLD);
    Workload there = bench.control.find(run);

    bench.control.stop(run, there);
    assertThat(bench.control.find(run).instances()).hasSize(1).noneMatch(Seen::running);
    bench.engine.start(id);
    bench.calls.clear();
    bench.control.remove(run, there);

    assertThat(bench.calls).containsExactly("terminate " + id, "kill " + id, "remove " + id);
    assertThat(bench.control.find(run).isEmpty()).isTrue();
  }

  @Test
  void removesAllOfItButItsData() {
    App app = bench.app("volumes");
    bench.setting(app, "docker.volume.path", "/data");
    runs(bench.look(app, Cause.INSTALLED));
    List<DataVolume> volumes = bench.volumesOf(app);
    assertThat(volumes)
        .extracting(DataVolume::path)
        .containsExactlyInAnyOrder("/data", "/var/lib/app", "/var/lib/app/deep");
    Run run = bench.run(app, Cause.UNINSTALLED);

    bench.control.remove(run, bench.control.find(run));

    assertThat(bench.control.find(run).isEmpty()).isTrue();
    assertThat(runtime.view().owned(runtime.installation(), app.name())).isEmpty();
    assertThat(volumes).allMatch(this::isThere);
  }

  // What is not ours.

  @Test
  void doesNotSeeWhatAnotherInstallationHas() {
    App app = bench.app("web");
    ContainerId stranger = runtime.stranger(nameOf(app), labels(ANOTHER_INSTALLATION, app));

    leavesAlone(app, stranger);
    yieldsTheName(app, stranger);
  }

  @Test
  void doesNotSeeWhatHasOurNameAndNoLabels() {
    App app = bench.app("web");
    ContainerId stranger = runtime.stranger(nameOf(app), Map.of());

    leavesAlone(app, stranger);
    yieldsTheName(app, stranger);
  }

  @Test
  void doesNotSeeACopyOfOurLabelsUnderAnotherName() {
    App app = running("web");
    ContainerId ours = only(app).id();
    ContainerId copy =
        runtime.stranger(
            new ContainerName("by-hand-" + runtime.run()), runtime.observed(ours).labels());

    assertThat(only(app).id()).isEqualTo(ours);
    leavesAlone(app, copy);
    assertThat(isThere(ours)).isFalse();
  }

  private void leavesAlone(App app, ContainerId stranger) {
    Run run = bench.run(app, Cause.UNINSTALLED);
    Workload found = bench.control.find(run);
    assertThat(found.instances()).extracting(Seen::id).doesNotContain(stranger);
    bench.control.stop(run, found);
    bench.control.remove(run, found);
    assertThat(runtime.observed(stranger).running()).isTrue();
    assertThat(bench.calls).noneMatch(call -> call.endsWith(stranger.value()));
  }

  /** Nor is it replaced by an app that needs its name. */
  private void yieldsTheName(App app, ContainerId stranger) {
    assertThat(failure(bench.look(app, Cause.INSTALLED))).isEqualTo(FailureCode.NAME_CONFLICT);
    assertThat(runtime.observed(stranger).running()).isTrue();
    assertThat(bench.find(app).isEmpty()).isTrue();
  }

  @Test
  void tellsWhatWasMadeForAnotherApp() {
    App before = running("web");
    Seen made = only(before);
    App after = bench.registeredAnew(before);
    Run run = bench.run(after, Cause.INSTALLED);
    Workload all = bench.control.find(run);

    assertThat(all.ofOthersThan(after.id()).instances()).containsExactly(made);
    assertThat(all.ofOthersThan(before.id()).isEmpty()).isTrue();
    bench.control.remove(run, all.ofOthersThan(before.id()));
    assertThat(isThere(made.id())).isTrue();
    bench.control.remove(run, all.ofOthersThan(after.id()));
    assertThat(isThere(made.id())).isFalse();
  }

  // Volumes.

  @Test
  void removesAVolumeOfTheAppOnce() {
    App app = bench.app("web");
    bench.setting(app, "docker.volume.path", "/data");
    runs(bench.look(app, Cause.INSTALLED));
    DataVolume volume = bench.volumesOf(app).getFirst();
    Run run = bench.run(app, Cause.PURGE);
    bench.control.remove(run, bench.control.find(run));

    assertThat(bench.control.removeVolume(run, volume)).isTrue();
    assertThat(isThere(volume)).isFalse();
    List<String> calls = List.copyOf(bench.calls);
    assertThat(bench.control.removeVolume(run, volume)).isTrue();
    assertThat(bench.calls).isEqualTo(calls);
  }

  @Test
  void notesTheVolumesThatItFinds() {
    App app = bench.app("volumes");
    bench.setting(app, "docker.volume.path", "/data");
    runs(bench.look(app, Cause.INSTALLED));
    List<DataVolume> volumes = bench.volumesOf(app);
    assertThat(volumes).hasSize(3);
    bench.forgetVolumesOf(app);

    runs(bench.look(app, Cause.START_UP));

    assertThat(bench.volumesOf(app)).containsExactlyInAnyOrderElementsOf(volumes);
  }

  @Test
  void leavesAVolumeThatItDidNotMakeAndSaysSo() {
    App app = bench.app("web");
    App other = bench.app("web");
    Run run = bench.run(app, Cause.PURGE);
    Map<String, Map<String, String>> strangers =
        Map.of(
            "none", Map.of(),
            "installation", labels(ANOTHER_INSTALLATION, app),
            "app", labels(runtime.installation(), other));

    strangers.forEach((word, labels) -> {
      DataVolume volume = bench.dataVolume(app, new AppId(UUID.randomUUID()), volumeOf(app) + word);
      bench.volume(volume.name(), labels);
      assertThat(bench.control.removeVolume(run, volume)).as(word).isFalse();
      assertThat(isThere(volume)).as(word).isTrue();
    });
    assertThat(bench.calls).isEmpty();
  }

  // Events.

  @Test
  void eventsFollowChanges() {
    try (var follower = new Follower(runtime.view())) {
      App app = running("web");
      ContainerId id = only(app).id();
      follower.await(Kind.STARTED, id);
      Run run = bench.run(app, Cause.HOLD);
      bench.control.stop(run, bench.control.find(run));
      follower.await(Kind.EXITED, id);
      bench.control.remove(run, bench.control.find(run));
      follower.await(Kind.REMOVED, id);

      assertThat(follower.of(id))
          .extracting(EngineEvent::kind)
          .containsExactly(Kind.STARTED, Kind.EXITED, Kind.REMOVED);
      assertThat(follower.of(id))
          .allSatisfy(
              event -> assertThat(event.labels().orElseThrow().appId()).isEqualTo(app.id()));
    }
  }

  // Capabilities: what is told is shown, and nothing relies on what is not told.

  @Test
  void tellsTrulyWhatTheEngineCanDo() {
    App app = running("healthcheck");
    ContainerId id = only(app).id();

    for (Capability capability : Capability.values()) {
      assertThat(bench.control.capabilities().contains(capability))
          .as(capability.name())
          .isEqualTo(isShown(capability, app, id));
    }
  }

  /** What nothing here can show yet, no engine may tell. */
  private boolean isShown(Capability capability, App app, ContainerId id) {
    return switch (capability) {
      case EXECUTES ->
          runtime.view().execute(id, List.of("CMD", "/bin/true"), Patience.CONDITION) == 0;
      case PULLS ->
          bench.calls.contains("pull %s/%s:latest".formatted(runtime.registry(), app.name()));
      case RESTARTS_BY_ITSELF -> runtime.isStartedAgain(id);
      case NETWORK_SPANS_NODES ->
          runtime.view().networks(runtime.network()).stream()
              .map(EngineNetwork::driver)
              .noneMatch("bridge"::equals);
      case KEEPS_DESIRED_STATE, JUDGES_HEALTH, PLACES, OVERLAPS, VOLUMES_TRAVEL -> false;
    };
  }

  @Test
  void startsAgainWhatTheEngineDoesNotStartByItself() {
    App app = running("web");
    ContainerId id = only(app).id();
    bench.engine.kill(id);
    assertThat(runtime.view().awaitExit(id, Patience.CONDITION)).isTrue();
    bench.calls.clear();

    runs(bench.look(app, Cause.START_UP));

    assertThat(bench.calls).containsExactly("start " + id);
    assertThat(only(app).running()).isTrue();
  }

  @Test
  void makesAgainWhatTheEngineDoesNotKeep() {
    App app = running("web");
    ContainerId lost = only(app).id();
    bench.engine.remove(lost);
    assertThat(bench.find(app).isEmpty()).isTrue();

    runs(bench.look(app, Cause.START_UP));

    assertThat(only(app).id()).isNotEqualTo(lost);
    assertThat(only(app).running()).isTrue();
  }

  @Test
  void judgesTheHealthThatTheEngineDoesNotJudge() {
    App app = running("healthcheck");

    assertThat(bench.probed).contains(only(app).id());
  }

  @Test
  void endsTheVersionBeforeWhereTwoCannotRunAtOnce() {
    App app = running("web");
    ContainerId before = only(app).id();
    try (var follower = new Follower(runtime.view())) {
      runs(bench.look(app, Cause.REDEPLOY));

      ContainerId after = only(app).id();
      assertThat(after).isNotEqualTo(before);
      follower.await(Kind.REMOVED, before);
      follower.await(Kind.STARTED, after);
      assertThat(follower.all())
          .filteredOn(event -> event.kind() == Kind.STARTED || event.kind() == Kind.EXITED)
          .extracting(event -> event.container().orElseThrow())
          .filteredOn(id -> id.equals(before) || id.equals(after))
          .containsExactly(before, after);
    }
  }
}

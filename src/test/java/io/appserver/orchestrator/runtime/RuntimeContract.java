package io.appserver.orchestrator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every runtime behind the port must do, one in memory too, with the apps of {@code
 * src/test/images}.
 *
 * @see ProcessContract
 */
public interface RuntimeContract {

  RuntimeFixture runtime();

  @AfterEach
  default void sweep() {
    runtime().sweep();
  }

  static void fails(FailureCode code, String words, Runnable step) {
    assertThatExceptionOfType(DeploymentException.class)
        .isThrownBy(step::run)
        .satisfies(failed -> {
          assertThat(failed.code()).isEqualTo(code);
          assertThat(failed.failure().message()).contains(words);
        });
  }

  @Test
  default void tellsWhichEngineItIs() {
    EngineInfo engine = runtime().view().engine();

    assertThat(engine.id()).isNotBlank();
    assertThat(engine.name()).isNotBlank();
    assertThat(engine.version()).isNotBlank();
    assertThat(engine.apiVersion()).matches("\\d+\\.\\d+");
    assertThatNoException().isThrownBy(runtime().view()::ping);
  }

  @Test
  default void pullsAnImageAndTellsItsIdDigestAndHealthcheck() {
    ImageReference reference = runtime().offer("healthcheck");

    Image image = runtime().control().pull(reference, new Cancellation());

    assertThat(image.id()).startsWith("sha256:");
    assertThat(image.digest()).startsWith("sha256:");
    assertThat(image.healthcheck()).containsExactly("CMD", "/app/check");
    assertThat(runtime().view().image(image.id()).map(Image::id)).contains(image.id());
    assertThat(runtime().view().image(reference.toString())).contains(image);
  }

  @Test
  default void asksOnceMoreBeforeItChangesAnything() {
    var spec = runtime().spec(runtime().app(), runtime().pull("web"));
    ContainerId id = runtime().created(spec);
    var other = new ContainerName(spec.name() + "-other");
    RuntimeControl control = runtime().control();
    List<Runnable> changes =
        List.of(
            () -> control.create(runtime().spec(runtime().app(), runtime().pull("web"))),
            () -> control.start(id),
            () -> control.rename(id, other),
            () -> control.ensureVolume(runtime().volume(), Map.of()),
            () -> control.terminate(id),
            () -> control.kill(id),
            () -> control.remove(id));

    for (Runnable change : changes) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() ->
              SendGuard.under(
                  () -> {
                    throw new IllegalStateException("not any more");
                  },
                  () -> {
                    change.run();
                    return true;
                  }))
          .withMessage("not any more");
    }
    assertThat(runtime().view().inspect(id))
        .get()
        .satisfies(container -> {
          assertThat(container.name()).isEqualTo(spec.name());
          assertThat(container.status()).isEqualTo(ObservedContainer.Status.CREATED);
        });
    assertThat(runtime().view().volume(runtime().volume())).isEmpty();
  }

  @Test
  default void pullsAnImageThatIsThereAgain() {
    ImageReference reference = runtime().offer("web");
    Image first = runtime().control().pull(reference, new Cancellation());

    assertThat(runtime().control().pull(reference, new Cancellation())).isEqualTo(first);
    assertThat(first.healthcheck()).isEmpty();
  }

  @Test
  default void doesNotFindAnImageThatWasNeverPushed() {
    ImageReference there = runtime().offer("web");
    var missing = new ImageReference(there.registry(), "contract/missing", "latest");
    var otherTag = new ImageReference(there.registry(), there.repository(), "testing");

    fails(
        FailureCode.IMAGE_NOT_FOUND,
        "repository not found",
        () -> runtime().control().pull(missing, new Cancellation()));
    fails(
        FailureCode.IMAGE_NOT_FOUND,
        otherTag.repository() + ":testing",
        () -> runtime().control().pull(otherTag, new Cancellation()));
    assertThat(runtime().view().image(missing.toString())).isEmpty();
  }

  @Test
  default void leadsAContainerThroughItsLife() {
    var spec = runtime().spec(runtime().app(), runtime().pull("web"));
    ContainerId id = runtime().created(spec);
    assertThat(runtime().observed(id).status()).isEqualTo(ObservedContainer.Status.CREATED);
    assertThat(runtime().observed(id).startedAt()).isEmpty();

    runtime().control().start(id);
    runtime().control().start(id);
    ObservedContainer running = runtime().observed(id);
    assertThat(running.running()).isTrue();
    assertThat(running.name()).isEqualTo(spec.name());
    assertThat(running.imageId()).isEqualTo(spec.imageId());
    assertThat(running.address()).matches("[0-9.]+");
    assertThat(running.startedAt()).isPresent();
    assertThat(running.ownedBy(runtime().installation())).contains(spec.labels());
    assertThat(runtime().view().inspect(spec.name())).contains(running);
    awaitLog(id, "serving on port 3000");

    runtime().control().terminate(id);
    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();
    assertThat(runtime().observed(id).status()).isEqualTo(ObservedContainer.Status.EXITED);
    assertThat(runtime().observed(id).exitCode()).isZero();
    assertThat(runtime().observed(id).address()).isEmpty();

    runtime().control().remove(id);
    assertThat(runtime().view().inspect(id)).isEmpty();
    assertThat(runtime().view().inspect(spec.name())).isEmpty();
  }

  private void awaitLog(ContainerId id, String text) {
    await().until(() -> runtime().view().logs(id, 10).contains(text));
  }

  @Test
  default void tellsWhereAContainerWasToldToListen() {
    Image image = runtime().pull("web");
    ContainerId told =
        runtime().created(runtime().spec(runtime().app(), image, Map.of("PORT", "8080")));
    ContainerId untold = runtime().created(runtime().spec(runtime().app(), image));

    assertThat(runtime().observed(told).port()).contains(8080);
    assertThat(runtime().observed(untold).port()).isEmpty();
  }

  @Test
  default void takesWhatIsDoneAlreadyAsDone() {
    ContainerId id = runtime().started("web");
    runtime().control().kill(id);
    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();

    runtime().control().kill(id);
    runtime().control().terminate(id);
    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();
    runtime().control().remove(id);
    runtime().control().remove(id);
    runtime().control().kill(id);
    runtime().control().terminate(id);
    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();
    assertThat(runtime().view().logs(id, 10)).isEmpty();
  }

  @Test
  default void tellsOneRunOfAContainerFromTheNext() {
    ContainerId id = runtime().started("web");
    runtime().control().kill(id);
    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();
    ObservedContainer ended = runtime().observed(id);
    assertThat(ended.exitCode()).isEqualTo(137);
    assertThat(ended.oomKilled()).isFalse();

    runtime().control().start(id);

    ObservedContainer again = runtime().observed(id);
    assertThat(again.exitCode()).isZero();
    assertThat(again.startedAt().orElseThrow()).isAfter(ended.startedAt().orElseThrow());
  }

  @Test
  default void removesAContainerThatRuns() {
    ContainerId id = runtime().started("stubborn");

    runtime().control().remove(id);

    assertThat(runtime().view().inspect(id)).isEmpty();
  }

  @Test
  default void killsWhatIsDeafToTheStopSignal() {
    ContainerId id = runtime().started("stubborn");
    awaitLog(id, "serving");

    runtime().control().terminate(id);
    assertThat(runtime().view().awaitExit(id, Duration.ofMillis(300))).isFalse();
    runtime().control().kill(id);

    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();
    assertThat(runtime().observed(id).exitCode()).isEqualTo(137);
  }

  @Test
  default void makesOnlyOneContainerOfAName() {
    var spec = runtime().spec(runtime().app(), runtime().pull("web"));
    runtime().created(spec);

    assertThat(runtime().control().create(spec)).isEqualTo(new CreateResult.NameTaken());
  }

  @Test
  default void renamesAContainer() {
    var spec = runtime().spec(runtime().app(), runtime().pull("web"));
    ContainerId id = runtime().created(spec);
    var previous = new ContainerName(spec.name() + "-previous");

    runtime().control().rename(id, previous);
    runtime().control().rename(id, previous);

    assertThat(runtime().observed(id).name()).isEqualTo(previous);
    ContainerId second = runtime().created(spec);
    fails(
        FailureCode.NAME_CONFLICT,
        previous.value(),
        () -> runtime().control().rename(second, previous));
  }

  @Test
  default void cannotStartOrRenameWhatIsGone() {
    var gone = new ContainerId("0123456789abcdef".repeat(4));

    fails(FailureCode.CONTAINER_MISSING, "0123456789ab", () -> runtime().control().start(gone));
    fails(
        FailureCode.CONTAINER_MISSING,
        "0123456789ab",
        () -> runtime().control().rename(gone, new ContainerName("app-gone")));
    assertThat(runtime().view().inspect(gone)).isEmpty();
  }

  @Test
  default void doesNotTakeTheBeginningOfAnIdForAName() {
    ContainerId id = runtime().created(runtime().spec(runtime().app(), runtime().pull("web")));

    assertThat(runtime().view().inspect(new ContainerName(id.abbreviated()))).isEmpty();
  }

  @Test
  default void tellsThatAnotherContainerHasThePort() throws IOException {
    Image image = runtime().pull("web");
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    runtime()
        .control()
        .start(
            runtime()
                .created(RuntimeFixture.published(runtime().spec(runtime().app(), image), port)));
    ContainerId beaten =
        runtime().created(RuntimeFixture.published(runtime().spec(runtime().app(), image), port));

    fails(
        FailureCode.PORT_CONFLICT, "port already in use", () -> runtime().control().start(beaten));
  }

  @Test
  default void tellsThatTheEntryPointIsBad() {
    ContainerId id =
        runtime().created(runtime().spec(runtime().app(), runtime().pull("bad-entrypoint")));
    try {
      runtime().control().start(id);
    } catch (DeploymentException e) {
      assertThat(e.code()).isEqualTo(FailureCode.IMAGE_INVALID);
      assertThat(e).hasMessageContaining("entry point");
      return;
    }
    // the engine's init was started, and it could not start the app
    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();
    assertThat(InitFailure.in(runtime().observed(id), runtime().view().logs(id, 10)))
        .hasValueSatisfying(words -> assertThat(words).contains("exec /does/not/exist"));
  }

  @Test
  default void refusesASettingTheEngineCannotMeet() {
    var spec = runtime().spec(runtime().app(), runtime().pull("web"));
    var tooSmall = RuntimeFixture.limited(spec, 1);

    fails(
        FailureCode.INVALID_SETTING,
        spec.name().value(),
        () -> runtime().control().create(tooSmall));
  }

  @Test
  default void seesThatAContainerRanOutOfMemory() {
    ContainerId id = runtime().started("oom");

    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();

    assertThat(runtime().observed(id).oomKilled()).isTrue();
    assertThat(runtime().observed(id).exitCode()).isEqualTo(137);
  }

  @Test
  default void readsWhatAContainerSaidLast() {
    ContainerId id = runtime().started("crash");
    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();

    assertThat(runtime().observed(id).exitCode()).isEqualTo(3);
    assertThat(runtime().view().logs(id, 10).lines())
        .containsExactlyInAnyOrder("starting", "cannot read the configuration, giving up");
    assertThat(runtime().view().logs(id, 1).lines()).hasSize(1);
  }

  @Test
  default void followsWhatAContainerSaysUntilItEnds() {
    ContainerId id = runtime().started("web");
    awaitLog(id, "serving");
    List<LogLine> lines = new CopyOnWriteArrayList<>();
    var following =
        CompletableFuture.runAsync(() ->
            runtime().view().followLogs(id, LogStart.last(10), lines::add, new Cancellation()));
    await().until(() -> lines.stream().anyMatch(line -> line.text().contains("serving")));
    assertThat(following).isNotDone();

    runtime().control().kill(id);
    assertThat(following).succeedsWithin(RuntimeFixture.PATIENCE);
    runtime().control().remove(id);
    runtime().view().followLogs(id, LogStart.last(10), lines::add, new Cancellation());
  }

  @Test
  default void followsALogFromWhereItWasLeft() {
    ContainerId id = runtime().started("crash");
    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();

    List<LogLine> all = followed(id, LogStart.last(10));
    assertThat(all).hasSize(2);
    Instant first = all.stream().map(LogLine::at).min(Comparator.naturalOrder()).orElseThrow();
    Instant last = all.stream().map(LogLine::at).max(Comparator.naturalOrder()).orElseThrow();
    assertThat(followed(id, new LogStart(10, first.minusNanos(1)))).isEqualTo(all);
    assertThat(followed(id, new LogStart(10, first))).hasSize(1).first().returns(last, LogLine::at);
    assertThat(followed(id, new LogStart(10, last))).isEmpty();
    assertThat(followed(id, LogStart.last(1))).hasSize(1);
  }

  private List<LogLine> followed(ContainerId id, LogStart start) {
    var lines = new ArrayList<LogLine>();
    runtime().view().followLogs(id, start, lines::add, new Cancellation());
    return lines;
  }

  @Test
  default void followsALogNoLongerThanItIsWanted() {
    ContainerId id = runtime().started("web");
    var cancellation = new Cancellation();
    var following =
        CompletableFuture.runAsync(
            () -> runtime().view().followLogs(id, LogStart.last(0), line -> {}, cancellation));
    assertThat(following).isNotDone();
    cancellation.request();
    assertThat(following).succeedsWithin(RuntimeFixture.PATIENCE);
  }

  @Test
  default void tellsWhoseAVolumeIs() {
    Map<String, String> labels = Map.of(ContainerLabels.INSTALLATION, runtime().installation());
    assertThat(runtime().view().volume(runtime().volume())).isEmpty();
    runtime().control().ensureVolume(runtime().volume(), labels);
    assertThat(runtime().view().volume(runtime().volume())).contains(labels);
    runtime().control().removeVolume(runtime().volume());
    assertThat(runtime().view().volume(runtime().volume())).isEmpty();
  }

  @Test
  default void runsNoHealthcheckInWhatDoesNotRun() {
    ContainerId id = runtime().created(runtime().spec(runtime().app(), runtime().pull("web")));

    fails(
        FailureCode.EXITED,
        "does not run",
        () -> runtime().view().execute(id, List.of("CMD", "/bin/true"), RuntimeFixture.PATIENCE));
  }

  @Test
  default void makesANetworkOnceHoweverManyAsk() {
    var asked =
        IntStream.range(0, 4)
            .mapToObj(i ->
                CompletableFuture.runAsync(
                    () -> runtime().control().ensureNetwork(runtime().network(), Map.of())))
            .toArray(CompletableFuture[]::new);

    assertThat(CompletableFuture.allOf(asked)).succeedsWithin(RuntimeFixture.PATIENCE);
    assertThat(runtime().networks(runtime().network())).isEqualTo(1);
    assertThat(runtime().view().networks(runtime().network()))
        .singleElement()
        .satisfies(network -> assertThat(network.driver()).isEqualTo("bridge"));
    assertThat(runtime().view().networks(runtime().network() + "-of-nobody")).isEmpty();
  }

  @Test
  default void startsNothingInANetworkThatWasRemovedAndMadeAgain() {
    ContainerId id = runtime().created(runtime().spec(runtime().app(), runtime().pull("web")));
    runtime().control().start(id); // only now the engine remembers which network it was
    runtime().control().kill(id);
    assertThat(runtime().view().awaitExit(id, RuntimeFixture.PATIENCE)).isTrue();
    runtime().remakeNetwork(runtime().network());

    fails(FailureCode.CONTAINER_MISSING, "", () -> runtime().control().start(id));
    assertThat(runtime().observed(id).running()).isFalse();
    runtime().control().remove(id);
    runtime()
        .control()
        .start(runtime().created(runtime().spec(runtime().app(), runtime().pull("web"))));
  }

  @Test
  default void removesAVolumeOnlyWhenNothingUsesIt() {
    Map<String, String> labels = Map.of(ContainerLabels.INSTALLATION, runtime().installation());
    assertThat(runtime().control().ensureVolume(runtime().volume(), labels)).isTrue();
    assertThat(runtime().control().ensureVolume(runtime().volume(), labels)).isFalse();
    ContainerId user = runtime().created(runtime().mounted("web"));

    fails(
        FailureCode.NAME_CONFLICT,
        runtime().volume(),
        () -> runtime().control().removeVolume(runtime().volume()));
    runtime().control().remove(user);
    assertThat(runtime().control().ensureVolume(runtime().volume(), labels)).isFalse();
    runtime().control().removeVolume(runtime().volume());
    runtime().control().removeVolume(runtime().volume());
    assertThat(runtime().control().ensureVolume(runtime().volume(), labels)).isTrue();
    runtime().control().removeVolume(runtime().volume());
  }

  @Test
  default void tellsWhichVolumesAnImageDeclares() {
    assertThat(runtime().pull("volumes").volumes())
        .containsExactly("/var/lib/app", "/var/lib/app/deep");
    assertThat(runtime().pull("web").volumes()).isEmpty();
  }

  @Test
  default void removesNoVolumeWithAContainerNamedOrNot() {
    Image image = runtime().pull("volumes");
    ContainerId first = runtime().created(runtime().spec(runtime().app(), image));
    List<VolumeMount> volumes = runtime().observed(first).volumes();
    assertThat(volumes)
        .extracting(VolumeMount::path)
        .containsExactlyInAnyOrder("/var/lib/app", "/var/lib/app/deep");
    runtime().control().remove(first);
    assertThat(volumes).allMatch(mount -> runtime().view().volume(mount.volume()).isPresent());

    ContainerId second =
        runtime()
            .created(
                RuntimeFixture.mounted(
                    runtime().spec(runtime().app(), image), volumes.toArray(VolumeMount[]::new)));
    assertThat(runtime().observed(second).volumes()).containsExactlyInAnyOrderElementsOf(volumes);
    runtime().control().remove(second);
    for (VolumeMount mount : volumes) {
      assertThat(runtime().view().volume(mount.volume())).isPresent();
      runtime().control().removeVolume(mount.volume());
    }
  }

  @Test
  default void listsTheContainersOfTheInstallation() {
    Image image = runtime().pull("web");
    var one = runtime().app();
    ContainerId first = runtime().created(runtime().spec(one, image));
    ContainerId second = runtime().created(runtime().spec(runtime().app(), image));
    runtime().control().start(second);

    assertThat(runtime().view().owned(runtime().installation()))
        .extracting(ObservedContainer::id)
        .containsExactlyInAnyOrder(first, second);
    assertThat(runtime().view().owned(runtime().installation(), one))
        .extracting(ObservedContainer::id)
        .containsExactly(first);
    assertThat(runtime().view().owned("another-installation")).isEmpty();
  }

  @Test
  default void listsTheContainersOfTheInstallationByOneQuestion() {
    Image image = runtime().pull("web");
    var made = runtime().spec(runtime().app(), image);
    var runs = runtime().spec(runtime().app(), image);
    ContainerId first = runtime().created(made);
    ContainerId second = runtime().created(runs);
    runtime().control().start(second);

    assertThat(runtime().view().list(runtime().installation()))
        .containsExactlyInAnyOrder(
            new ListedContainer(
                first,
                made.name(),
                ObservedContainer.Status.CREATED,
                false,
                made.imageId(),
                made.labels()),
            new ListedContainer(
                second,
                runs.name(),
                ObservedContainer.Status.RUNNING,
                false,
                runs.imageId(),
                runs.labels()));
    assertThat(runtime().view().list("another-installation")).isEmpty();
  }

  @Test
  default void tellsWhatHappensToAContainer() {
    var spec = runtime().spec(runtime().app(), runtime().pull("stubborn"));
    ContainerId id = runtime().created(spec);
    try (var follower = new Follower(runtime().view())) {
      runtime().control().start(id);
      follower.await(EngineEvent.Kind.STARTED, id);
      runtime().control().rename(id, new ContainerName(spec.name() + "-previous"));
      follower.await(EngineEvent.Kind.RENAMED, id);
      runtime().control().kill(id);
      follower.await(EngineEvent.Kind.EXITED, id);
      runtime().control().remove(id);
      follower.await(EngineEvent.Kind.REMOVED, id);
      follower.awaitSpaceOf(spec.labels());

      assertThat(follower.of(id))
          .extracting(EngineEvent::kind)
          .containsExactly(
              EngineEvent.Kind.STARTED,
              EngineEvent.Kind.RENAMED,
              EngineEvent.Kind.EXITED,
              EngineEvent.Kind.REMOVED);
      assertThat(follower.of(id))
          .allSatisfy(event -> assertThat(event.labels()).contains(spec.labels()));
    }
  }

  @Test
  default void tellsThatAContainerRunsOutOfMemory() {
    ContainerId id = runtime().created(runtime().spec(runtime().app(), runtime().pull("oom")));
    try (var follower = new Follower(runtime().view())) {
      runtime().control().start(id);

      follower.await(EngineEvent.Kind.OUT_OF_MEMORY, id);
      follower.await(EngineEvent.Kind.EXITED, id);
    }
  }

  @Test
  default void tellsThatAVolumeIsRemoved() {
    runtime().control().ensureVolume(runtime().volume(), Map.of());
    try (var follower = new Follower(runtime().view())) {
      runtime().control().removeVolume(runtime().volume());

      follower.await(EngineEvent.Kind.SPACE_FREED);
    }
  }

  @Test
  default void endsTheEventsWhenTheyAreCancelled() {
    var follower = new Follower(runtime().view());

    follower.close();

    assertThat(follower.end()).succeedsWithin(RuntimeFixture.PATIENCE);
  }
}

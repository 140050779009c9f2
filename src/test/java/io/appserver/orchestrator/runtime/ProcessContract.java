package io.appserver.orchestrator.runtime;

import static io.appserver.orchestrator.runtime.RuntimeContract.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.FailureCode;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a runtime must do besides that has processes, networks, ports and bytes. */
public interface ProcessContract extends RuntimeContract {

  @Test
  default void tellsHowFarAPullIs() {
    ImageReference reference = runtime().offer("big", "LAYER_MB=25", "SEED=" + runtime().run());
    var pull =
        CompletableFuture.runAsync(() -> runtime().control().pull(reference, new Cancellation()));

    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() ->
            runtime().view().pullProgress(reference).stream()
                .anyMatch(progress -> progress.totalBytes() > 0));
    assertThat(pull).succeedsWithin(RuntimeFixture.PATIENCE);
    assertThat(runtime().view().pullProgress(reference)).isEmpty();
  }

  @Test
  default void tellsThatAPublishedPortIsTaken() throws IOException {
    Image image = runtime().pull("web");
    try (var held = new ServerSocket(0)) {
      ContainerId beaten =
          runtime()
              .created(
                  RuntimeFixture.published(
                      runtime().spec(runtime().app(), image), held.getLocalPort()));
      fails(
          FailureCode.PORT_CONFLICT,
          "port already in use",
          () -> runtime().control().start(beaten));
    }
  }

  @Test
  default void runsAHealthcheckInAContainer() {
    ContainerId id = runtime().started("healthcheck");

    assertThat(run(id, "CMD", "/bin/true")).isZero();
    assertThat(run(id, "CMD-SHELL", "exit 3")).isEqualTo(3);
    assertThat(run(id, "CMD", "/does/not/exist")).isIn(126, 127);
    assertThat(runtime().view().execute(id, List.of("CMD", "sleep", "60"), Duration.ofMillis(300)))
        .isEqualTo(124);
    await().until(() -> run(id, "CMD", "/app/check") == 0);
    assertThat(runtime().observed(id).healthcheck()).containsExactly("CMD", "/app/check");
  }

  private int run(ContainerId id, String... test) {
    return runtime().view().execute(id, List.of(test), RuntimeFixture.PATIENCE);
  }

  @Test
  default void endsAHealthcheckThatTakesTooLong() {
    ContainerId id = runtime().started("web");
    var endless = List.of("CMD-SHELL", "sleep 4242; sleep 4243");

    assertThat(runtime().view().execute(id, endless, Duration.ofMillis(300))).isEqualTo(124);

    await().until(() -> run(id, "CMD-SHELL", "ps | grep -q '[s]leep 424'") == 1);
  }

  @Test
  default void letsAppsFindEachOtherByName() {
    var web = runtime().spec(runtime().app(), runtime().pull("web"));
    runtime().control().start(runtime().created(web));
    ContainerId other = runtime().started("web");
    String url = "http://" + web.name() + ":3000/health";

    await().until(() -> run(other, "CMD", "wget", "-q", "-O", "/dev/null", url) == 0);
  }

  @Test
  default void givesAContainerItsEnvironment() {
    var spec =
        runtime()
            .spec(runtime().app(), runtime().pull("web"), Map.of("GREETING", "two words = \"2\""));
    ContainerId id = runtime().created(spec);
    runtime().control().start(id);

    assertThat(run(id, "CMD-SHELL", "[ \"$GREETING\" = 'two words = \"2\"' ]")).isZero();
  }

  @Test
  default void leavesNoZombiesOfWhatAHealthcheckBegan() {
    ContainerId id = runtime().started("orphans");
    for (int i = 0; i < 3; i++) {
      assertThat(run(id, "CMD-SHELL", "for i in 1 2 3 4 5; do (sleep 0.1 &); done")).isZero();
    }

    await()
        .untilAsserted(() ->
            assertThat(run(id, "CMD-SHELL", "grep -q '^State:.Z' /proc/[0-9]*/status")).isOne());
  }

  @Test
  default void givesOneContainersAnonymousVolumesToTheNext() {
    Image image = runtime().pull("volumes");
    ContainerId first = runtime().created(runtime().spec(runtime().app(), image));
    runtime().control().start(first);
    assertThat(run(first, "CMD-SHELL", "echo kept > /var/lib/app/deep/file")).isZero();
    VolumeMount[] volumes = runtime().observed(first).volumes().toArray(VolumeMount[]::new);
    runtime().control().remove(first);

    ContainerId second =
        runtime().created(RuntimeFixture.mounted(runtime().spec(runtime().app(), image), volumes));
    runtime().control().start(second);
    assertThat(run(second, "CMD", "grep", "-q", "kept", "/var/lib/app/deep/file")).isZero();
    runtime().control().remove(second);
    List.of(volumes).forEach(mount -> runtime().control().removeVolume(mount.volume()));
  }

  @Test
  default void fillsANamedVolumeAtADeclaredPathWithWhatTheImageHasThere() {
    runtime().control().ensureVolume(runtime().volume(), Map.of());
    ContainerId id =
        runtime()
            .created(
                RuntimeFixture.mounted(
                    runtime().spec(runtime().app(), runtime().pull("volumes")),
                    new VolumeMount(runtime().volume(), "/var/lib/app")));
    runtime().control().start(id);
    assertThat(run(id, "CMD", "grep", "-q", "from the image", "/var/lib/app/first")).isZero();
    List<VolumeMount> volumes = runtime().observed(id).volumes();
    assertThat(volumes).contains(new VolumeMount(runtime().volume(), "/var/lib/app")).hasSize(2);
    runtime().control().remove(id);
    volumes.forEach(mount -> runtime().control().removeVolume(mount.volume()));
  }

  @Test
  default void keepsWhatAnAppStoresInItsVolume() {
    runtime().control().ensureVolume(runtime().volume(), Map.of());
    ContainerId first = runtime().created(runtime().mounted("web"));
    runtime().control().start(first);
    assertThat(run(first, "CMD-SHELL", "echo kept > /data/file")).isZero();
    runtime().control().remove(first);

    ContainerId second = runtime().created(runtime().mounted("web"));
    runtime().control().start(second);
    assertThat(run(second, "CMD", "grep", "-q", "kept", "/data/file")).isZero();
    runtime().control().remove(second);
    runtime().control().removeVolume(runtime().volume());
  }
}

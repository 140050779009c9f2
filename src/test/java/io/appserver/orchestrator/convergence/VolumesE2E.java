package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.operation.OperationRefusedException;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.VolumeMount;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.FakeEngine.Fault;
import io.appserver.orchestrator.testing.InWorkshop;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** That data outlives every container, whoever asked for its volume: a setting or the image. */
class VolumesE2E extends InWorkshop {

  private static final AppName TODOS = new AppName("todos");
  private static final String DATA = "app-todos-data";

  /** An app whose image declares those paths a VOLUME; not installed yet. */
  private UUID declaring(String... paths) {
    UUID id = shop.app("todos", "installed");
    offer(paths);
    return id;
  }

  private void offer(String... paths) {
    shop.engine.offer(
        Workshop.REGISTRY + "/todos:latest", FakeApp.of(FakeApp.Manner.WELL).withVolumes(paths));
  }

  private void healthy() {
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
  }

  private void change(UUID id, String memory) {
    shop.database.execute("DELETE FROM settings WHERE key = 'docker.memory.mb'");
    shop.setting(id, "docker.memory.mb", memory);
    healthy();
  }

  private void uninstalled() {
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    shop.awaitRest();
  }

  /** What the app's one container has mounted. */
  private List<VolumeMount> mounts() {
    assertThat(shop.engine.containers()).hasSize(1);
    return shop.engine.containers().getFirst().volumes();
  }

  private String volumeAt(String path) {
    return mounts().stream()
        .filter(mount -> mount.path().equals(path))
        .findFirst()
        .orElseThrow()
        .volume();
  }

  private List<String> noted() {
    return shop.volumes.of(TODOS).stream().map(DataVolume::name).toList();
  }

  private void awaitVolumes(String... names) {
    await().untilAsserted(() -> assertThat(shop.engine.volumes()).containsExactlyInAnyOrder(names));
    shop.awaitRest();
  }

  /** The app's container as an orchestrator left it that let the engine name volumes. */
  private ContainerId ofAnEarlierVersion(UUID id) {
    healthy();
    String hash = shop.database.rows("SELECT spec_hash FROM deployments").getFirst();
    shop.engine.vanish(shop.engine.ids().getFirst());
    shop.engine.volumes().forEach(shop.engine::removeVolume);
    shop.database.execute("DELETE FROM orchestrator_volume");
    var spec =
        new ContainerSpec(
            new ContainerName("app-todos"),
            "sha256:" + Workshop.REGISTRY + "/todos:latest",
            new ContainerLabels("test", "node", new AppId(id), TODOS, 1, hash, 1),
            Map.of(),
            "appnet",
            3000,
            Optional.empty(),
            512,
            1024,
            512,
            List.of(),
            Optional.empty());
    ContainerId made = ((CreateResult.Created) shop.engine.create(spec)).id();
    shop.engine.start(made);
    shop.database.execute(
        "UPDATE deployments SET volume = NULL, container_id = '%s'".formatted(made));
    return made;
  }

  @Test
  void whatTheImageDeclaresIsThereAfterEveryReplacement() {
    UUID id = declaring("/var/lib/app", "/data/cache");
    healthy();
    String volume = volumeAt("/var/lib/app");
    String other = volumeAt("/data/cache");
    assertThat(volume).startsWith("app-todos--var-lib-app-");
    assertThat(noted()).containsExactlyInAnyOrder(volume, other);

    change(id, "64");
    assertThat(volumeAt("/var/lib/app")).isEqualTo(volume);
    shop.signal("todos", Cause.REDEPLOY);
    shop.awaitRest();
    assertThat(volumeAt("/data/cache")).isEqualTo(other);
    uninstalled();
    assertThat(shop.engine.volumes()).containsExactlyInAnyOrder(volume, other);
    healthy();
    assertThat(volumeAt("/var/lib/app")).isEqualTo(volume);
    assertThat(shop.engine.volumes()).hasSize(2);
  }

  @Test
  void whatAnEarlierOrchestratorLeftToTheEngineIsKeptWithoutARestartAndCarriedOver() {
    UUID id = declaring("/var/lib/app");
    ContainerId old = ofAnEarlierVersion(id);
    String anonymous = volumeAt("/var/lib/app");
    List<String> calls = shop.engine.calls();
    shop.signal("todos", Cause.START_UP);
    shop.awaitRest();
    assertThat(shop.engine.calls()).isEqualTo(calls);
    assertThat(shop.engine.ids()).containsExactly(old);
    assertThat(noted()).containsExactly(anonymous);

    change(id, "64");
    assertThat(shop.engine.ids()).doesNotContain(old);
    assertThat(mounts()).containsExactly(new VolumeMount(anonymous, "/var/lib/app"));
    change(id, "65");
    assertThat(mounts()).containsExactly(new VolumeMount(anonymous, "/var/lib/app"));
  }

  @Test
  void whatAnEarlierOrchestratorLeftToTheEngineOutlivesAnUninstallUntilItIsPurged() {
    ofAnEarlierVersion(declaring("/var/lib/app"));
    String anonymous = volumeAt("/var/lib/app");
    uninstalled();
    assertThat(shop.engine.volumes()).containsExactly(anonymous);

    shop.operations.purge(TODOS, anonymous, "olga");
    awaitVolumes();
    assertThat(noted()).isEmpty();
  }

  @Test
  void dataOfDeclaredVolumesIsPurgedOneByOneByItsName() {
    declaring("/a", "/b");
    healthy();
    String a = volumeAt("/a");
    String b = volumeAt("/b");
    assertThatThrownBy(() -> shop.operations.purge(TODOS, a, "olga"))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining("uninstall it first");
    uninstalled();
    shop.operations.purge(TODOS, a, "olga");
    awaitVolumes(b);
    assertThat(shop.database.rows("SELECT volume FROM deployments")).containsExactly(b);
    shop.operations.purge(TODOS, b, "olga");
    awaitVolumes();
    assertThat(shop.database.rows("SELECT coalesce(volume, 'none') FROM deployments"))
        .containsExactly("none");
  }

  @Test
  void anImageMayLoseAVolumeAndGetItBackWithItsData() {
    UUID id = declaring("/a");
    healthy();
    String volume = volumeAt("/a");
    offer("/b");
    shop.signal("todos", Cause.REDEPLOY);
    shop.awaitRest();
    assertThat(mounts()).extracting(VolumeMount::path).containsExactly("/b");
    assertThat(shop.engine.volumes()).contains(volume);

    offer("/a", "/b");
    shop.signal("todos", Cause.REDEPLOY);
    shop.awaitRest();
    assertThat(volumeAt("/a")).isEqualTo(volume);
    assertThat(shop.engine.volumes()).hasSize(2);
    assertThat(id).isNotNull();
  }

  @Test
  void aPathThatIsDeclaredAndSetGetsTheDataVolume() {
    UUID id = declaring("/data", "/data/cache");
    shop.setting(id, "docker.volume.path", "/data");
    healthy();
    assertThat(volumeAt("/data")).isEqualTo(DATA);
    assertThat(volumeAt("/data/cache")).startsWith("app-todos--data-cache-");
    assertThat(shop.engine.volumes()).hasSize(2);
  }

  @Test
  void afterAFailedUpdateTheVersionBeforeHasItsData() {
    UUID id = declaring("/var/lib/app");
    healthy();
    String volume = volumeAt("/var/lib/app");
    shop.engine.fault("start", Fault.REFUSED);
    shop.setting(id, "docker.memory.mb", "64");
    shop.install("todos");
    shop.awaitRest();
    assertThat(shop.engine.ids()).extracting(ContainerId::value).containsExactly("app-todos-1");
    assertThat(mounts()).containsExactly(new VolumeMount(volume, "/var/lib/app"));
  }

  @Test
  void volumesThatNoProcessEverSawGoWithTheFailedInstall() {
    UUID id = shop.app("todos", "installed");
    shop.setting(id, "docker.volume.path", "/data");
    shop.engine.offer(
        Workshop.REGISTRY + "/todos:latest",
        FakeApp.of(FakeApp.Manner.CANNOT_START).withVolumes("/a", "/b"));
    shop.install("todos");
    shop.awaitState("todos", "failed");
    shop.awaitRest();

    assertThat(shop.engine.volumes()).isEmpty();
    assertThat(noted()).isEmpty();
    assertThat(shop.database.rows("SELECT coalesce(volume, 'none') FROM deployments"))
        .containsExactly("none");
  }

  @Test
  void aVolumeThatIsNotAnsweredForIsRememberedAllTheSame() {
    UUID id = shop.app("todos", "installed");
    shop.setting(id, "docker.volume.path", "/data");
    shop.engine.fault("ensure volume", Fault.DONE_UNANSWERED);
    shop.install("todos");
    await().until(() -> noted().equals(List.of(DATA)));
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    shop.awaitRest();
    if (shop.engine.volumes().contains(DATA)) {
      shop.operations.purge(TODOS, DATA, "olga");
      awaitVolumes();
    }
  }

  @Test
  void dataOfAnAppThatWasNeverHealthyCanBePurged() {
    UUID id = shop.app("todos", "installed");
    shop.setting(id, "docker.volume.path", "/data");
    shop.engine.sicken("todos");
    shop.install("todos");
    shop.awaitState("todos", "starting");
    uninstalled();
    assertThat(shop.engine.volumes()).containsExactly(DATA);
    assertThat(shop.database.rows("SELECT volume FROM deployments")).containsExactly(DATA);

    shop.operations.purge(TODOS, DATA, "olga");
    awaitVolumes();
  }

  /** An app of the same name that was registered anew. */
  private UUID successor(String path) {
    shop.database.execute("DELETE FROM settings; DELETE FROM apps");
    UUID next = shop.app("todos", "installed");
    shop.setting(next, "docker.volume.path", path);
    shop.install("todos");
    await()
        .until(() ->
            shop.database
                .rows("SELECT reason_code FROM deployments WHERE app_id = '%s'".formatted(next))
                .equals(List.of("volume_conflict")));
    shop.awaitRest();
    assertThat(shop.engine.containers()).isEmpty();
    assertThat(shop.engine.volumes()).containsExactly(DATA);
    return next;
  }

  private UUID withDataOfAnother() {
    UUID id = shop.app("todos", "installed");
    shop.setting(id, "docker.volume.path", "/data");
    healthy();
    uninstalled();
    return successor("/data");
  }

  private void awaitHealthy(UUID id) {
    await()
        .until(() ->
            shop.database
                .rows("SELECT state FROM deployments WHERE app_id = '%s'".formatted(id))
                .equals(List.of("healthy")));
    shop.awaitRest();
  }

  @Test
  void anAppDoesNotGetTheDataOfAnotherOneUnlessAnOperatorSaysSo() {
    UUID next = withDataOfAnother();
    shop.operations.keepData(TODOS, DATA, "olga");
    awaitHealthy(next);
    assertThat(volumeAt("/data")).isEqualTo(DATA);
    assertThat(shop.volumes.of(TODOS))
        .singleElement()
        .satisfies(volume -> assertThat(volume.appId()).isEqualTo(new AppId(next)));
    assertThatThrownBy(() -> shop.operations.keepData(TODOS, DATA, "olga"))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining("own already");
    assertThatThrownBy(() -> shop.operations.purge(TODOS, DATA, "olga"))
        .isInstanceOf(OperationRefusedException.class);
  }

  @Test
  void dataOfAnAppThatIsNoMoreIsPurgedThoughAnotherOfItsNameIsInstalled() {
    UUID next = withDataOfAnother();
    shop.operations.purge(TODOS, DATA, "olga");
    awaitHealthy(next);
    assertThat(volumeAt("/data")).isEqualTo(DATA);
    assertThat(shop.database.rows("SELECT message FROM orchestrator_history"))
        .contains("its data volume app-todos-data is removed");
    assertThat(shop.volumes.of(TODOS))
        .singleElement()
        .satisfies(volume -> assertThat(volume.appId()).isEqualTo(new AppId(next)));
  }

  @Test
  void aVolumeOfAnotherAppThatStandsInNoTableIsAConflictToo() {
    UUID other = UUID.randomUUID();
    shop.engine.ensureVolume(
        DATA,
        Map.of(
            ContainerLabels.INSTALLATION, "test",
            ContainerLabels.APP_ID, other.toString(),
            ContainerLabels.APP_NAME, "todos"));
    UUID next = successor("/data");
    assertThat(shop.volumes.of(TODOS))
        .singleElement()
        .satisfies(volume -> assertThat(volume.appId()).isEqualTo(new AppId(other)));
    shop.operations.purge(TODOS, DATA, "olga");
    awaitHealthy(next);
  }

  @Test
  void aRunningAppRunsOnWhenItIsToGetAVolumeOfAnotherOne() {
    UUID id = shop.healthyApp("todos");
    List<String> calls = shop.engine.calls();
    shop.engine.ensureVolume(
        DATA,
        Map.of(
            ContainerLabels.INSTALLATION, "test",
            ContainerLabels.APP_ID, UUID.randomUUID().toString(),
            ContainerLabels.APP_NAME, "todos"));
    shop.setting(id, "docker.volume.path", "/data");
    shop.install("todos");
    await().until(() -> shop.reason("todos").equals("volume_conflict"));
    shop.awaitRest();
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.engine.calls()).isEqualTo(calls);
  }

  @Test
  void aVolumeThatSomebodyPutThereByHandIsUsedAndNeverRemoved() {
    shop.engine.ensureVolume(DATA, Map.of());
    UUID id = shop.app("todos", "installed");
    shop.setting(id, "docker.volume.path", "/data");
    shop.engine.fault("start", Fault.REFUSED);
    healthy();
    assertThat(volumeAt("/data")).isEqualTo(DATA);
    uninstalled();
    shop.operations.purge(TODOS, DATA, "olga");
    await().until(() -> noted().isEmpty());
    assertThat(shop.engine.volumes()).containsExactly(DATA);
  }

  @Test
  void aVolumeThatWasRemovedByHandIsMadeAnewAndThatIsTold() {
    UUID id = declaring("/var/lib/app");
    healthy();
    String volume = volumeAt("/var/lib/app");
    shop.engine.vanish(shop.engine.ids().getFirst());
    shop.engine.removeVolume(volume);
    shop.signal("todos", Cause.ENDED);
    await().until(() -> shop.engine.containers().size() == 1);
    shop.awaitState("todos", "healthy");
    assertThat(volumeAt("/var/lib/app")).isEqualTo(volume);
    assertThat(shop.database.rows("SELECT message FROM orchestrator_history"))
        .anyMatch(message -> message.contains(volume + " is gone"));
    assertThat(id).isNotNull();
  }

  @Test
  void dataOfAnAdoptedContainerIsCarriedOverAndNeverRemoved() {
    declaring("/var/lib/app");
    shop.engine.foreign("app-todos", "/var/lib/app", "/elsewhere");
    List<String> theirs = List.copyOf(shop.engine.volumes());
    var adopting = shop.orchestration(Workshop.adopting());
    shop.convergence.stop(Duration.ofSeconds(5));
    adopting.start(new Identity("test", "node", UUID.randomUUID()));
    try {
      adopting.signal(TODOS, Cause.INSTALLED);
      shop.awaitState("todos", "healthy");
      assertThat(mounts()).hasSize(1);
      assertThat(theirs).contains(volumeAt("/var/lib/app"));
      shop.set("todos", "registered");
      adopting.signal(TODOS, Cause.UNINSTALLED);
      shop.awaitState("todos", "stopped");
      shop.volumes.of(TODOS).forEach(volume -> shop.volumes.purge(volume, "olga"));
      adopting.signal(TODOS, Cause.PURGE);
      await().until(() -> noted().isEmpty());
    } finally {
      adopting.stop(Duration.ofSeconds(5));
    }
    assertThat(shop.engine.volumes()).containsExactlyInAnyOrderElementsOf(theirs);
  }
}

package io.appserver.orchestrator.convergence.look;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.OperationRefusedException;
import io.appserver.orchestrator.testing.FakeEngine.Fault;
import io.appserver.orchestrator.testing.InWorkshop;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** That data goes when an operator says so, and at no other time. */
class PurgeE2E extends InWorkshop {

  private static final AppName TODOS = new AppName("todos");
  private static final String VOLUME = "app-todos-data";

  private UUID uninstalledWithData() {
    UUID id = shop.app("todos", "installed");
    shop.setting(id, "docker.volume.path", "/data");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.uninstall("todos");
    shop.awaitState("todos", "stopped");
    shop.awaitRest();
    assertThat(shop.engine.volumes()).containsExactly(VOLUME);
    return id;
  }

  private void awaitForgotten() {
    await()
        .untilAsserted(() ->
            assertThat(shop.database.rows("SELECT coalesce(volume, 'none') FROM deployments"))
                .containsExactly("none"));
  }

  @Test
  void dataIsRemovedOnceAndTheRowSaysSo() {
    uninstalledWithData();
    shop.operations.purge(TODOS, VOLUME, "olga");
    awaitForgotten();

    assertThat(shop.engine.volumes()).isEmpty();
    assertThat(shop.database.rows("SELECT app_name FROM orchestrator_purge")).isEmpty();
    assertThat(shop.database.rows("SELECT message FROM orchestrator_history"))
        .contains("its data volume app-todos-data is removed");
    assertThatThrownBy(() -> shop.operations.purge(TODOS, VOLUME, "olga"))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining("no data volume");
  }

  @Test
  void dataOfAnInstalledAppIsRefused() {
    UUID id = shop.app("todos", "installed");
    shop.setting(id, "docker.volume.path", "/data");
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    assertThatThrownBy(() -> shop.operations.purge(TODOS, VOLUME, "olga"))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining("uninstall it first");
    assertThat(shop.engine.volumes()).containsExactly(VOLUME);
  }

  @Test
  void whatTheEngineCannotDoNowIsDoneLater() {
    uninstalledWithData();
    shop.engine.answer(false);
    shop.operations.purge(TODOS, VOLUME, "olga");
    await()
        .untilAsserted(() ->
            assertThat(shop.database.rows("SELECT actor FROM orchestrator_history"))
                .contains("olga"));
    assertThat(shop.engine.volumes()).containsExactly(VOLUME);
    shop.engine.answer(true);
    awaitForgotten();
    assertThat(shop.engine.volumes()).isEmpty();
  }

  @Test
  void whatTheEngineRefusesIsToldOnceAndTriedAtGrowingPauses() {
    uninstalledWithData();
    refusedFourTimes();
    assertThat(shop.reason("todos")).isEqualTo("port_conflict");

    shop.engine.healCalls();
    shop.endPauses();
    awaitForgotten();
    assertThat(shop.reason("todos")).isEqualTo("null");
    assertThat(shop.database.rows("SELECT wake_at FROM orchestrator_work")).containsExactly("null");
  }

  @Test
  void whatTheEngineRefusesIsToldThoughNoRowStandsForIt() {
    uninstalledWithData();
    shop.database.execute("DELETE FROM deployments");
    refusedFourTimes();
  }

  private void refusedFourTimes() {
    shop.engine.faults(
        verb -> verb.startsWith("remove volume") ? Optional.of(Fault.REFUSED) : Optional.empty());
    int before = shop.looks.size();
    shop.operations.purge(TODOS, VOLUME, "olga");
    await().until(() -> shop.looks.size() > before);
    shop.awaitRest();
    assertThat(shop.pause("todos")).isBetween(1L, 5L);
    for (long pause : List.of(10L, 20L, 40L)) {
      shop.endPauses();
      assertThat(shop.pause("todos")).isBetween(pause / 2 + 1, pause);
    }
    assertThat(shop.database.rows("SELECT message FROM orchestrator_history"))
        .filteredOn(message -> message.contains("was refused"))
        .hasSize(1);
  }

  @Test
  void aVolumeThatIsNotOursIsLeftAlone() {
    uninstalledWithData();
    shop.engine.removeVolume(VOLUME);
    shop.engine.ensureVolume(VOLUME, Map.of("somebody", "else"));
    shop.operations.purge(TODOS, VOLUME, "olga");
    awaitForgotten();

    assertThat(shop.engine.volumes()).containsExactly(VOLUME);
    assertThat(shop.database.rows("SELECT message FROM orchestrator_history"))
        .anyMatch(message -> message.contains("left alone"));
  }

  @Test
  void dataThatIsInUseAgainIsKept() {
    uninstalledWithData();
    shop.engine.answer(false);
    shop.operations.purge(TODOS, VOLUME, "olga");
    shop.set("todos", "installed");
    shop.install("todos");
    shop.engine.answer(true);
    shop.awaitState("todos", "healthy");
    shop.awaitRest();

    assertThat(shop.engine.volumes()).containsExactly(VOLUME);
    assertThat(shop.database.rows("SELECT app_name FROM orchestrator_purge")).isEmpty();
    assertThat(shop.database.rows("SELECT message FROM orchestrator_history"))
        .contains("its data stays, as it is installed again");
  }
}

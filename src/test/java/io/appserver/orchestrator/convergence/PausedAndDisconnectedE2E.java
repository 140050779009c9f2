package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.testing.InWorkshop;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a person does to a container that runs is undone, and costs the app no restart. */
class PausedAndDisconnectedE2E extends InWorkshop {

  private ContainerId healthy() {
    shop.healthyApp("todos");
    return shop.engine.ids().getFirst();
  }

  private void assertUndone(ContainerId id, String call, String words) {
    List<String> before = shop.engine.calls();
    shop.signal("todos", Cause.INTERVAL);
    shop.awaitRest();
    assertThat(shop.engine.calls())
        .startsWith(before.toArray(String[]::new))
        .endsWith(call + " " + id)
        .hasSize(before.size() + 1);
    assertThat(shop.engine.standing()).containsExactly("app-todos RUNNING");
    assertThat(shop.state("todos")).isEqualTo("healthy");
    assertThat(shop.database.rows("SELECT restarts FROM deployments")).containsExactly("0");
    assertThat(shop.database.rows("SELECT message FROM orchestrator_history"))
        .anyMatch(message -> message.contains(words));
  }

  @Test
  void aPausedContainerGoesOn() {
    ContainerId id = healthy();
    shop.engine.pause(id);
    assertUndone(id, "resume", "was paused");
  }

  @Test
  void aContainerThatWasTakenOutOfItsNetworkIsPutBack() {
    ContainerId id = healthy();
    shop.engine.disconnect(id);
    assertUndone(id, "reconnect", "was taken out of the network");
  }

  /** What the host still knows of an address may let the first question fail, too. */
  @Test
  void whatWasPutRightIsNotJudgedByWhatWasFoundBefore() {
    ContainerId id = healthy();
    for (Runnable hand :
        List.<Runnable>of(() -> shop.engine.disconnect(id), () -> shop.engine.pause(id))) {
      hand.run();
      shop.engine.sicken("todos");
      shop.signal("todos", Cause.PROBES_FAILED);
      shop.awaitRest();
      assertThat(shop.state("todos")).isEqualTo("healthy");
      assertThat(shop.engine.calls()).noneMatch(call -> call.startsWith("terminate"));
      shop.engine.heal("todos");
    }

    shop.engine.sicken("todos");
    shop.signal("todos", Cause.PROBES_FAILED);
    shop.awaitState("todos", "restarting");
  }
}

package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.testing.Workshop;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The engine tells of more than is looked at meanwhile. */
class ManyEventsE2E extends InWatchedWorkshop {

  private static final int MORE_THAN_WAIT = 20_000;

  private static final EngineEvent FOREIGN =
      new EngineEvent(
          EngineEvent.Kind.EXITED,
          Optional.of(new ContainerId("0123456789abcdef")),
          Optional.empty());

  /** Its end is among what is dropped, if anybody told of it at all. */
  @Test
  void anAppWhoseEndWasDroppedIsStartedAgain() throws InterruptedException {
    shop.healthyApp("web");
    try (var threads = Executors.newCachedThreadPool()) {
      var supervision =
          shop.superviseOnCall(Workshop.settings(INTERVAL, false), threads, new TestTime());
      supervision.heard(FOREIGN, MORE_THAN_WAIT);
      shop.engine.exit(containerOf("web"), 3);

      supervision.turn();
    }
    eventually(
        "it runs again",
        () -> {
          assertThat(shop.state("web")).isEqualTo("healthy");
          assertThat(column("web", "restarts")).isEqualTo("1");
          assertThat(starts()).isEqualTo(2);
        });
  }
}

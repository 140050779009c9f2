package io.appserver.orchestrator.e2e.faults;

import io.appserver.orchestrator.e2e.support.Aftermath;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.Testbed;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** An engine on which nothing was ever done. Run by {@code script/soak}. */
@Tag("soak")
@ResourceLock(Scene.ONE_AT_A_TIME)
class NewEngineE2E {

  @Test
  void severalFirstAppsMakeOneNetwork() {
    try (var testbed = Testbed.start("new_engine")) {
      App[] apps =
          IntStream.range(0, 4)
              .mapToObj(i -> testbed.platform().app("first-" + i, "web"))
              .toArray(App[]::new);

      testbed.platform().appServer().install(apps);

      new Aftermath(testbed.platform())
          .awaitRecovery("first apps of a new engine", System.nanoTime(), Scene.RECOVERY);
    }
  }
}

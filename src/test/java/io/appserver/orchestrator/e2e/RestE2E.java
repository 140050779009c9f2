package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.OwnDatabase;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.e2e.support.SlowEngine;
import io.appserver.orchestrator.testing.Patience;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What a server with an app that runs asks for while nothing goes on. What it does then it does at
 * its own intervals, which a slow machine makes longer and never shorter.
 */
@ResourceLock(EndToEnd.OTHER_SERVER)
class RestE2E {

  /** A second, with the looks whether a connection is alive. */
  private static final double MOST_TRANSACTIONS = 2;

  /** Counted at a time; all that goes on at rest comes within that, but for what is too old. */
  private static final Duration WINDOW = Duration.ofSeconds(30);

  @Test
  void aServerAtRestLeavesTheDatabaseAndTheEngineAlone() {
    try (var database = OwnDatabase.beside(Services.fromEnvironment());
        var engine = SlowEngine.before(database.services().engineSocket());
        var platform =
            Platform.start(
                "rest", database.services(), Map.of("APPSERVER_DOCKER_HOST", engine.host()))) {
      platform.healthyApp("resting");

      // It is at rest once nothing has happened for 45 s.
      await("at most %s transactions a second".formatted(MOST_TRANSACTIONS))
          .atMost(Patience.TRIES)
          .until(() -> rate(database, engine), rate -> rate <= MOST_TRANSACTIONS);

      // In the last window: readiness pings, and asks only once who the engine is.
      assertThat(engine.count("GET /_ping")).isPositive();
      assertThat(engine.count("GET .*/(info|version)")).isZero();
      assertThat(platform.server().isReady()).isTrue();
    }
  }

  private static double rate(OwnDatabase database, SlowEngine engine) {
    engine.forget();
    OwnDatabase.Count before = database.count();
    OwnDatabase.Count after =
        await("the end of the window")
            .pollInterval(Duration.ofSeconds(1))
            .until(
                database::count,
                count -> Duration.between(before.at(), count.at()).compareTo(WINDOW) >= 0);
    return before.rate(after);
  }
}

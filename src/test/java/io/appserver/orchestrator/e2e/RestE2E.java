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
 * What a server asks for while nothing goes on, counted over its own rounds: by its own intervals,
 * which a slow machine makes longer and never shorter.
 */
@ResourceLock(EndToEnd.OTHER_SERVER)
class RestE2E {

  /** Each says that the server is alive; it comes 2 s after the one before. */
  private static final int BEATS = 15;

  /** Two a second. */
  private static final int MOST_TRANSACTIONS = BEATS * 2 * 2;

  /** A server is at rest once nothing has happened for 45 s. */
  private static final Duration PATIENCE = Patience.TRIES;

  @Test
  void aServerAtRestLeavesTheDatabaseAndTheEngineAlone() {
    try (var database = OwnDatabase.beside(Services.fromEnvironment());
        var engine = SlowEngine.before(database.services().engineSocket());
        var platform =
            Platform.start(
                "rest", database.services(), Map.of("APPSERVER_DOCKER_HOST", engine.host()))) {
      platform.healthyApp("resting");

      await("few transactions")
          .atMost(PATIENCE)
          .until(() -> transactionsWhile(database, platform) <= MOST_TRANSACTIONS);

      // The gate asks who the engine is, and so does readiness, once: since then a ping will do.
      assertThat(engine.count("GET /info")).isLessThanOrEqualTo(2);
      assertThat(engine.count("GET /version")).isLessThanOrEqualTo(2);
      assertThat(engine.count("GET /_ping")).isGreaterThan(BEATS / 2);
      assertThat(platform.server().isReady()).isTrue();
    }
  }

  /** How many there are while the server says so often that it is alive. */
  private static long transactionsWhile(OwnDatabase database, Platform platform) {
    long before = database.transactions();
    for (int beats = 0; beats < BEATS; beats++) {
      long last = seenAt(database, platform);
      await("the next beat").until(() -> seenAt(database, platform) != last);
    }
    return database.transactions() - before;
  }

  private static long seenAt(OwnDatabase database, Platform platform) {
    return database.number(
        "SELECT extract(epoch FROM max(seen_at)) * 1000000 FROM %s.orchestrator_node"
            .formatted(platform.database().schema()));
  }
}

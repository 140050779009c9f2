package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.InWorkshop;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clocks that are set while something lasts. */
class JumpingClockE2E extends InWorkshop {

  private static final Duration BEHIND = Duration.ofHours(2);

  @AfterEach
  void theClockIsRightAgain() {
    TimeSource.REAL.follow(Instant::now);
  }

  private static void eventually(String what, org.awaitility.core.ThrowingRunnable assertion) {
    await(what).pollInterval(Duration.ofMillis(50)).untilAsserted(assertion);
  }

  @Test
  void aNextLookThatIsFurtherAwayThanAnyPauseIsNotWaitedFor() {
    shop.app("todos", "registered");
    shop.engine.failPull("registry.test/todos:latest", FailureCode.DISK_FULL);
    shop.install("todos");
    eventually("waits", () -> assertThat(shop.reason("todos")).isEqualTo("disk_full"));
    shop.awaitRest();
    shop.engine.failPull("registry.test/todos:latest", null);
    database.execute(
        "UPDATE deployments SET next_look_at = now() + interval '1 hour', version = version + 1");

    eventually("goes on", () -> assertThat(shop.state("todos")).isEqualTo("healthy"));
  }

  @Test
  void aClockThatIsSetBackProlongsNoStart() {
    shop.app("todos", "registered");
    shop.engine.offer("registry.test/todos:latest", FakeApp.of(FakeApp.Manner.MUTE));
    shop.install("todos");
    shop.awaitState("todos", "starting");
    TimeSource.REAL.follow(() -> Instant.now().minus(Duration.ofHours(1)));

    eventually("over", () -> assertThat(shop.reason("todos")).isEqualTo("start_timeout"));
  }

  /** Installs an app more where the beat has asked the database for its time meanwhile. */
  @Test
  void allTimesThatAreStoredAreThoseOfADatabaseThatIsBehind() {
    var installed = new AtomicInteger();
    eventually(
        "all times of an app",
        () -> {
          String name = "todos" + installed.incrementAndGet();
          TimeSource.REAL.follow(() -> Instant.now().minus(BEHIND));
          shop.healthyApp(name);
          assertThat(
                  database.rows(
                      """
                      SELECT greatest(created_at, updated_at, started_at, healthy_since)
                        < clock_timestamp() - interval '1 hour' FROM deployments WHERE app_name = '%s'\
                      """
                          .formatted(name)))
              .containsExactly("t");
        });
  }

  @Test
  void theDatabasesTimeIsStored() {
    assertThat(Duration.between(shop.work.now(), Instant.now()).abs())
        .isLessThan(Duration.ofMinutes(5));
    Instant before = shop.work.now();
    shop.healthyApp("todos");

    assertThat(
            database.rows(
                "SELECT healthy_since BETWEEN '%s' AND clock_timestamp() FROM deployments"
                    .formatted(before)))
        .containsExactly("t");
  }
}

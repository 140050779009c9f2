package io.appserver.orchestrator.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.testing.LogsKept;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecurringTaskTest {

  private final AtomicInteger times = new AtomicInteger();

  /** Fails the second, the third and the fifth time. */
  private void work() {
    switch (times.incrementAndGet()) {
      case 2 -> throw new IllegalStateException("the second");
      case 3 -> throw new StackOverflowError("the third");
      case 5 -> throw new AssertionError("the fifth");
      default -> {
        // nothing to do
      }
    }
  }

  @Test
  void goesOnWhateverIsThrown() {
    try (var logs = new LogsKept(RecurringTask.class.getName());
        var scheduler = Executors.newSingleThreadScheduledExecutor()) {
      Future<?> schedule =
          new RecurringTask("the work", this::work)
              .every(scheduler, Duration.ZERO, Duration.ofMillis(1));

      await().until(() -> times.get() > 6);
      assertThat(schedule.isDone()).isFalse();
      schedule.cancel(false);
      assertThat(logs.warnings())
          .as("told of once until it works again")
          .containsExactly(
              "the work failed; it is tried again", "the work failed; it is tried again");
    }
  }
}

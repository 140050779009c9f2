package io.appserver.orchestrator.supervision.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.appserver.orchestrator.testing.LogsKept;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a loop is told while it does something else. */
class LoopTasksTest {

  private final List<String> done = new ArrayList<>();
  private final LoopTasks tasks = new LoopTasks(() -> done.add("compared"));

  private void doAll() throws InterruptedException {
    for (Runnable task = tasks.poll(Duration.ZERO);
        task != null;
        task = tasks.poll(Duration.ZERO)) {
      task.run();
    }
  }

  private void tell(int events) {
    for (int i = 0; i < events; i++) {
      tasks.event(() -> done.add("event"));
    }
  }

  @Test
  void eventsBeyondTheBoundAreDroppedAndAllIsComparedOnce() throws InterruptedException {
    try (var logs = new LogsKept(LoopTasks.class.getName())) {
      tell(LoopTasks.MOST_EVENTS + 1000);

      assertThat(tasks.size()).isEqualTo(LoopTasks.MOST_EVENTS + 1);
      assertThat(logs.warnings()).singleElement().asString().contains("all is compared instead");
    }
    doAll();
    assertThat(done).hasSize(LoopTasks.MOST_EVENTS + 1).endsWith("event", "compared");

    done.clear();
    tell(LoopTasks.MOST_EVENTS);
    doAll();
    assertThat(done).hasSize(LoopTasks.MOST_EVENTS).containsOnly("event");
  }

  @Test
  void whatWaitsAlreadyIsNotAddedOnceMore() throws InterruptedException {
    for (int i = 0; i < 100_000; i++) {
      tasks.once("todos", () -> done.add("todos"));
      tasks.once("notes", () -> done.add("notes"));
    }
    assertThat(tasks.size()).isEqualTo(2);

    doAll();

    assertThat(done).containsExactly("todos", "notes");
  }

  @Test
  void whatIsAskedForWhileItIsDoneIsDoneAgain() throws InterruptedException {
    tasks.once(
        "todos",
        () -> {
          done.add("first");
          tasks.once("todos", () -> done.add("second"));
        });

    doAll();

    assertThat(done).containsExactly("first", "second");
  }

  @Test
  void whatFailsTakesNoPlace() throws InterruptedException {
    for (int i = 0; i < LoopTasks.MOST_EVENTS; i++) {
      tasks.event(() -> {
        throw new IllegalStateException();
      });
      Runnable task = tasks.poll(Duration.ZERO);
      assertThatIllegalStateException().isThrownBy(task::run);
    }
    tell(1);
    doAll();
    assertThat(done).containsExactly("event");
  }
}

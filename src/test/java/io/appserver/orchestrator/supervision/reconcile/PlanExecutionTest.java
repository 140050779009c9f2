package io.appserver.orchestrator.supervision.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlanExecutionTest {

  private static final AppName BASE = new AppName("base");
  private static final AppName KEPT = new AppName("kept");
  private static final AppName TOP = new AppName("top");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final PlanExecution execution =
      new PlanExecution(
          Cause.START_UP,
          new Plan(
              List.of(
                  List.of(step(BASE, Action.START), step(KEPT, Action.KEEP)),
                  List.of(step(TOP, Action.START)))),
          Duration.ofSeconds(10),
          0);

  private static PlannedAction step(AppName app, Action action) {
    return new PlannedAction(app, action, "for a test");
  }

  @Test
  void aWaveFollowsOnceTheOneBeforeWasLookedAt() {
    assertThat(execution.next(Set.of(), 0)).containsExactly(BASE);
    assertThat(execution.next(Set.of(BASE), SECOND)).isEmpty();
    assertThat(execution.next(Set.of(), 2 * SECOND)).containsExactly(TOP);
    assertThat(execution.isDone()).isFalse();
    assertThat(execution.next(Set.of(), 3 * SECOND)).isEmpty();
    assertThat(execution.isDone()).isTrue();
  }

  @Test
  void whenTheTimeIsOverTheRestIsNotHeldBackAnyLonger() {
    assertThat(execution.next(Set.of(), 0)).containsExactly(BASE);
    assertThat(execution.next(Set.of(BASE), 10 * SECOND)).containsExactly(TOP);

    assertThat(execution.isOverdue(10 * SECOND)).isTrue();
    assertThat(execution.remaining()).containsExactlyInAnyOrder(BASE, TOP);
  }

  @Test
  void aPlanWithNothingToDoIsDoneAtOnce() {
    var nothing =
        new PlanExecution(
            Cause.INTERVAL,
            new Plan(List.of(List.of(step(KEPT, Action.KEEP)))),
            Duration.ofSeconds(10),
            0);

    assertThat(nothing.next(Set.of(), 0)).isEmpty();
    assertThat(nothing.isDone()).isTrue();
  }
}

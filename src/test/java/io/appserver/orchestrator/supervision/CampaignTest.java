package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.Cause;
import io.appserver.orchestrator.supervision.Step.Action;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CampaignTest {

  private static final AppName BASE = new AppName("base");
  private static final AppName KEPT = new AppName("kept");
  private static final AppName TOP = new AppName("top");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Campaign campaign =
      new Campaign(
          Cause.START_UP,
          new Plan(
              List.of(
                  List.of(step(BASE, Action.START), step(KEPT, Action.KEEP)),
                  List.of(step(TOP, Action.START)))),
          Duration.ofSeconds(10),
          0);

  private static Step step(AppName app, Action action) {
    return new Step(app, action, "for a test");
  }

  @Test
  void aWaveFollowsOnceTheOneBeforeWasLookedAt() {
    assertThat(campaign.next(Set.of(), 0)).containsExactly(BASE);
    assertThat(campaign.next(Set.of(BASE), SECOND)).isEmpty();
    assertThat(campaign.next(Set.of(), 2 * SECOND)).containsExactly(TOP);
    assertThat(campaign.isDone()).isFalse();
    assertThat(campaign.next(Set.of(), 3 * SECOND)).isEmpty();
    assertThat(campaign.isDone()).isTrue();
  }

  @Test
  void whenTheTimeIsOverTheRestIsNotHeldBackAnyLonger() {
    assertThat(campaign.next(Set.of(), 0)).containsExactly(BASE);
    assertThat(campaign.next(Set.of(BASE), 10 * SECOND)).containsExactly(TOP);

    assertThat(campaign.isOverdue(10 * SECOND)).isTrue();
    assertThat(campaign.remaining()).containsExactlyInAnyOrder(BASE, TOP);
  }

  @Test
  void aPlanWithNothingToDoIsDoneAtOnce() {
    var nothing =
        new Campaign(
            Cause.INTERVAL,
            new Plan(List.of(List.of(step(KEPT, Action.KEEP)))),
            Duration.ofSeconds(10),
            0);

    assertThat(nothing.next(Set.of(), 0)).isEmpty();
    assertThat(nothing.isDone()).isTrue();
  }
}

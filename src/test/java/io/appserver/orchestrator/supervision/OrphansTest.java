package io.appserver.orchestrator.supervision;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrphansTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = START.plus(Orphans.GRACE);
  private static final List<AppName> FIVE =
      IntStream.range(0, 5).mapToObj(i -> new AppName("app" + i)).toList();

  private final Orphans orphans = new Orphans();

  @Test
  void theyGoAfterAWhileAndATenthAtATime() {
    assertThat(orphans.due(FIVE, 30, false, START)).isEmpty();
    assertThat(orphans.due(FIVE, 30, false, LATER.minusSeconds(1))).isEmpty();
    assertThat(orphans.due(FIVE, 30, false, LATER)).containsExactlyElementsOf(FIVE.subList(0, 3));
  }

  @Test
  void oneMayAlwaysGo() {
    orphans.due(FIVE, 5, false, START);

    assertThat(orphans.due(FIVE, 5, false, LATER)).hasSize(1);
  }

  @Test
  void noneGoesWhileThePlatformHasNoAppAtAll() {
    orphans.due(FIVE, 30, true, START);

    assertThat(orphans.due(FIVE, 30, true, LATER)).isEmpty();
  }

  @Test
  void aRowThatComesBackBeginsTheWhileAnew() {
    orphans.due(FIVE, 30, false, START);
    orphans.due(List.of(), 30, false, START.plusSeconds(1));
    orphans.due(FIVE, 30, false, START.plusSeconds(2));

    assertThat(orphans.due(FIVE, 30, false, LATER)).isEmpty();
  }
}

package io.appserver.orchestrator.supervision.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HostTroubleTest {

  private static final Instant FIRST = Instant.parse("2026-01-01T10:00:00Z");
  private static final Instant SECOND = FIRST.plusSeconds(60);

  private final HostTrouble trouble = new HostTrouble();

  @Test
  void isMadeUpForOnceItIsOver() {
    assertThat(trouble.over()).isEmpty();
    trouble.began(FIRST);
    assertThat(trouble.over()).isEmpty();
    trouble.ended();
    assertThat(trouble.over()).contains(FIRST);
    assertThat(trouble.over()).contains(FIRST);
    trouble.madeUpFor();
    assertThat(trouble.over()).isEmpty();
  }

  @Test
  void isRememberedFromItsFirstBeginningUntilItIsMadeUpFor() {
    trouble.began(FIRST);
    trouble.ended();
    trouble.began(SECOND);
    assertThat(trouble.over()).isEmpty();
    trouble.ended();
    assertThat(trouble.over()).contains(FIRST);
  }

  @Test
  void whatBeginsWhileItIsMadeUpForIsNotForgotten() {
    trouble.began(FIRST);
    trouble.ended();
    assertThat(trouble.over()).contains(FIRST);
    trouble.began(SECOND);
    trouble.ended();
    trouble.madeUpFor();
    assertThat(trouble.over()).contains(FIRST);
    trouble.madeUpFor();
    assertThat(trouble.over()).isEmpty();
  }
}

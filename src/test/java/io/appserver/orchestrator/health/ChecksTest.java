package io.appserver.orchestrator.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChecksTest {

  @Test
  void outlivesADatabaseThatKeepsTheDispatcherWaiting() {
    assertThat(Checks.atWork(Duration.ofSeconds(35)).isGood()).isTrue();
  }

  @Test
  void isNotAliveOnceNothingIsLookedForAnyMore() {
    assertThat(Checks.atWork(Checks.LONGEST_SILENCE.plusSeconds(1)).reason())
        .isEqualTo("nothing was looked for, or no lease prolonged, for 121 s");
  }
}

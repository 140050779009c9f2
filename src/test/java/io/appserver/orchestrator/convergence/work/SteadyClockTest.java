package io.appserver.orchestrator.convergence.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A clock that nobody sets but the database. */
class SteadyClockTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong(-5);
  private final SteadyClock clock = new SteadyClock(() -> BEGIN, nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void itGoesOnAsTheMonotonicClockDoes() {
    assertThat(clock.instant()).isEqualTo(BEGIN);
    pass(Duration.ofSeconds(90));
    assertThat(clock.instant()).isEqualTo(BEGIN.plusSeconds(90));
  }

  @Test
  void theDatabaseSetsIt() {
    pass(Duration.ofSeconds(1));
    clock.set(BEGIN.minusSeconds(3600));
    pass(Duration.ofSeconds(1));
    assertThat(clock.instant()).isEqualTo(BEGIN.minusSeconds(3599));
  }

  @Test
  void theClockOfTheProcessFollows() {
    Instant before = TimeSource.REAL.moment();
    TimeSource.REAL.follow(() -> BEGIN);
    try {
      assertThat(TimeSource.REAL.clock().instant())
          .isBetween(BEGIN, BEGIN.plus(Duration.ofMinutes(5)));
      assertThat(TimeSource.REAL.moment()).isBetween(before, before.plus(Duration.ofMinutes(5)));
    } finally {
      TimeSource.REAL.follow(Instant::now);
    }
  }
}

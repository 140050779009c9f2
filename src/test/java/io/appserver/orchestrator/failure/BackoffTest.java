package io.appserver.orchestrator.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private final Backoff pauses = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(1));

  @Test
  void pausesDoubleUpToTheLongest() {
    assertThat(IntStream.rangeClosed(1, 6).mapToObj(pauses::after))
        .isEqualTo(Stream.of(5, 10, 20, 40, 60, 60).map(Duration::ofSeconds).toList());
    assertThat(Stream.iterate(pauses.first(), pauses::next).limit(6))
        .isEqualTo(Stream.of(5, 10, 20, 40, 60, 60).map(Duration::ofSeconds).toList());
  }

  @Test
  void noNumberOfTriesIsTooSmallOrTooLarge() {
    assertThat(List.of(0, -1, Integer.MIN_VALUE))
        .allSatisfy(tries -> assertThat(pauses.after(tries)).isEqualTo(pauses.first()));
    assertThat(pauses.after(Integer.MAX_VALUE)).isEqualTo(pauses.longest());
    assertThat(new Backoff(Duration.ofHours(1), Duration.ofDays(1_000_000)).after(1_000))
        .isEqualTo(Duration.ofDays(1_000_000));
  }

  @Test
  void pausesThatAreNoneAreRefused() {
    for (Duration none : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
      assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(none, Duration.ofDays(1)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}

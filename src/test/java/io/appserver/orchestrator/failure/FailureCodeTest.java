package io.appserver.orchestrator.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FailureCodeTest {

  @ParameterizedTest
  @EnumSource(FailureCode.class)
  void codeReadsBack(FailureCode code) {
    assertThat(FailureCode.ofCode(code.code())).contains(code);
    assertThat(code.code()).matches("[a-z_]+");
    assertThat(code.wokenBy()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({
    "IMAGE_NOT_FOUND, 0",
    "INVALID_SETTING, 0",
    "NAME_CONFLICT, 0",
    "DEPENDENCY_CYCLE, 0",
    "IMAGE_INVALID, 0",
    "REGISTRY_DENIED, 2",
    "PORT_CONFLICT, 2",
    "EXITED, 2",
    "OUT_OF_MEMORY, 2",
    "START_TIMEOUT, 2",
    "NO_ADDRESS, 7",
    "ENDPOINT_STALE, 7",
    "ENGINE_ERROR, 7",
    "REGISTRY_UNREACHABLE, 1000",
    "REGISTRY_RATE_LIMITED, 1000",
    "PULL_TIMEOUT, 1000",
    "PULL_CORRUPT, 1000",
    "DISK_FULL, 1000",
    "DEPENDENCY_MISSING, 1000",
    "DEPENDENCY_FAILED, 1000",
    "PLATFORM_SCHEMA, 1000",
    "RUNTIME_UNAVAILABLE, 1000",
    "ENGINE_BUSY, 1000"
  })
  void isTriedAgainAsOftenAsTheTableSays(FailureCode code, int retries) {
    assertThat(IntStream.rangeClosed(1, 1000).filter(code::retryable).count()).isEqualTo(retries);
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    assertThat(pauses(FailureCode.REGISTRY_UNREACHABLE, 9))
        .containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
    assertThat(pauses(FailureCode.REGISTRY_DENIED, 4)).containsExactly(10L, 20L, 40L, 60L);
    assertThat(pauses(FailureCode.EXITED, 5)).containsExactly(5L, 10L, 20L, 40L, 60L);
    assertThat(FailureCode.EXITED.pauseAfter(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(1));
  }

  private static Iterable<Long> pauses(FailureCode code, int attempts) {
    return IntStream.rangeClosed(1, attempts)
        .mapToObj(attempt -> code.pauseAfter(attempt).toSeconds())
        .toList();
  }
}

package io.appserver.orchestrator.runtime.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpeakersTest {

  private final Speakers speakers = new Speakers();

  private static ObservedContainer container(int number, long startedAt) {
    return new ObservedContainer(
        new ContainerId("%064x".formatted(number)),
        new ContainerName("app-todos"),
        Status.RUNNING,
        0,
        false,
        "",
        Optional.of(Instant.ofEpochSecond(startedAt)),
        "sha256:1",
        "127.0.0.1",
        List.of(),
        List.of(),
        Optional.empty(),
        Map.of());
  }

  @Test
  void oneThatWasStartedAgainHasYetToSpeak() {
    speakers.add(container(1, 10));

    assertThat(speakers.include(container(1, 10))).isTrue();
    assertThat(speakers.include(container(1, 11))).isFalse();
    assertThat(speakers.include(container(2, 10))).isFalse();
  }

  /** Containers come and go for years; one that is still asked stays known. */
  @Test
  void theOneThatWasAskedLongestAgoIsForgottenForOneTooMany() {
    for (int number = 1; number <= Speakers.MOST; number++) {
      speakers.add(container(number, 0));
    }
    assertThat(speakers.include(container(1, 0))).isTrue();

    speakers.add(container(Speakers.MOST + 1, 0));

    assertThat(speakers.include(container(1, 0))).isTrue();
    assertThat(speakers.include(container(2, 0))).isFalse();
    assertThat(speakers.include(container(3, 0))).isTrue();
    assertThat(speakers.include(container(Speakers.MOST + 1, 0))).isTrue();
  }
}

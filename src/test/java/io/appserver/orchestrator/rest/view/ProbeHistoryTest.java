package io.appserver.orchestrator.rest.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import org.junit.jupiter.api.Test;

class ProbeHistoryTest {

  private final ProbeHistory history = new ProbeHistory();

  private static AppName app(int number) {
    return new AppName("app" + number);
  }

  @Test
  void theOldestProbeOfAnAppIsForgottenForOneTooMany() {
    history.probed(app(1), false);
    for (int probe = 1; probe < ProbeHistory.MOST; probe++) {
      history.probed(app(1), true);
    }
    assertThat(history.of(app(1))).hasSize(ProbeHistory.MOST);
    assertThat(history.of(app(1)).getFirst().healthy()).isFalse();

    history.probed(app(1), false);

    assertThat(history.of(app(1))).hasSize(ProbeHistory.MOST);
    assertThat(history.of(app(1)).getFirst().healthy()).isTrue();
    assertThat(history.of(app(1)).getLast().healthy()).isFalse();
  }

  @Test
  void theAppThatWasProbedFirstIsForgottenForOneTooMany() {
    for (int number = 1; number <= ProbeHistory.MOST_APPS; number++) {
      history.probed(app(number), true);
    }
    assertThat(history.last(app(1))).isPresent();

    history.probed(app(ProbeHistory.MOST_APPS + 1), true);

    assertThat(history.of(app(1))).isEmpty();
    assertThat(history.last(app(1))).isEmpty();
    assertThat(history.last(app(2))).isPresent();
    assertThat(history.last(app(ProbeHistory.MOST_APPS + 1))).isPresent();
  }
}

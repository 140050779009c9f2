package io.appserver.orchestrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.deployment.DeploymentState;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StoredFiguresTest {

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap
  private final Map<DeploymentState, Long> states = new EnumMap<>(DeploymentState.class);
  private long outbox;
  private boolean readable = true;
  private final StoredFigures figures =
      new StoredFigures(() -> read(new StoredFigures.Figures(states, outbox)), nanos::get);

  private <T> T read(T value) {
    if (!readable) {
      throw new IllegalStateException("the database does not answer");
    }
    return value;
  }

  private void after(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void areNotKnownBeforeTheyWereRead() {
    assertThat(figures.deployments(DeploymentState.HEALTHY)).isNaN();
    assertThat(figures.outboxWaiting()).isNaN();
  }

  @Test
  void areThoseLastRead() {
    states.put(DeploymentState.HEALTHY, 7L);
    outbox = 2;
    figures.refresh();

    assertThat(figures.deployments(DeploymentState.HEALTHY)).isEqualTo(7);
    assertThat(figures.deployments(DeploymentState.FAILED)).isZero();
    assertThat(figures.outboxWaiting()).isEqualTo(2);
  }

  @Test
  void outliveAShortOutageOfTheDatabaseAndNoLongerOne() {
    outbox = 2;
    figures.refresh();
    readable = false;
    after(StoredFigures.FRESH);
    figures.refresh();
    assertThat(figures.outboxWaiting()).isEqualTo(2);

    after(Duration.ofNanos(1));
    assertThat(figures.outboxWaiting()).isNaN();
    assertThat(figures.deployments(DeploymentState.HEALTHY)).isNaN();
  }

  @Test
  void areKnownAgainAfterAnOutage() {
    figures.refresh();
    after(Duration.ofHours(1));
    figures.refresh();
    assertThat(figures.outboxWaiting()).isZero();
  }
}

package io.appserver.orchestrator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.intake.event.EventKind;
import jakarta.enterprise.event.Startup;
import org.junit.jupiter.api.Test;

class IntakeMetricsTest {

  private final RecordedMeters meters = new RecordedMeters();
  private final IntakeMetrics metrics = new IntakeMetrics(meters);

  @Test
  void countsEventsByKindAndOutcome() {
    metrics.received(EventKind.INSTALLED, "taken");
    metrics.received(EventKind.INSTALLED, "taken");
    metrics.received(EventKind.UNINSTALLED, "malformed_json");

    assertThat(meters.counts)
        .containsEntry("orchestrator_events_received_total{kind=installed,outcome=taken}", 2)
        .containsEntry(
            "orchestrator_events_received_total{kind=uninstalled,outcome=malformed_json}", 1);
  }

  @Test
  void countsDeadLettersOfDeploymentsAndOfMessages() {
    metrics.deadLettered("image_not_found");
    metrics.deadLettered("too_large");

    assertThat(meters.counts)
        .containsOnlyKeys(
            "orchestrator_dead_letters_total{reason=image_not_found}",
            "orchestrator_dead_letters_total{reason=too_large}");
  }

  @Test
  void makesNoLabelOfWordsItDoesNotKnow() {
    metrics.received(EventKind.INSTALLED, "todos could not be read");
    metrics.deadLettered("whatever came");

    assertThat(meters.counts)
        .containsOnlyKeys(
            "orchestrator_events_received_total{kind=installed,outcome=other}",
            "orchestrator_dead_letters_total{reason=other}");
  }

  @Test
  void startsWhatItKnowsAtZero() {
    metrics.announce(new Startup());

    assertThat(meters.counts)
        .containsEntry("orchestrator_events_received_total{kind=installed,outcome=taken}", 0)
        .containsEntry("orchestrator_dead_letters_total{reason=exited}", 0);
    assertThat(meters.counts.values()).containsOnly(0);
  }
}

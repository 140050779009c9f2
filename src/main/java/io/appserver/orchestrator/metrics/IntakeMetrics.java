package io.appserver.orchestrator.metrics;

import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.intake.event.IntakeSpan;
import io.appserver.orchestrator.intake.event.RejectionCode;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts what came through the queues, and what left as a dead letter. */
@Singleton
class IntakeMetrics implements IntakeObserver {

  private static final Set<String> REJECTIONS =
      Arrays.stream(RejectionCode.values()).map(RejectionCode::code).collect(Collectors.toSet());
  private static final Set<String> REASONS =
      Stream.concat(REJECTIONS.stream(), Arrays.stream(FailureCode.values()).map(FailureCode::code))
          .collect(Collectors.toUnmodifiableSet());

  private final Meters meters;

  @Inject
  IntakeMetrics(Meters meters) {
    this.meters = meters;
  }

  void announce(@Observes Startup event) {
    for (EventKind kind : EventKind.values()) {
      meters.announce(Family.EVENT_REDELIVERIES, kind.code());
      meters.announce(Family.EVENTS_RECEIVED, kind.code(), IntakeSpan.TAKEN);
      for (String code : REJECTIONS) {
        meters.announce(Family.EVENTS_RECEIVED, kind.code(), code);
      }
    }
    for (String reason : REASONS) {
      meters.announce(Family.DEAD_LETTERS, reason);
    }
  }

  @Override
  public void received(EventKind kind, String outcome) {
    boolean known = outcome.equals(IntakeSpan.TAKEN) || REJECTIONS.contains(outcome);
    meters.count(Family.EVENTS_RECEIVED, kind.code(), known ? outcome : Family.OTHER);
  }

  @Override
  public void redelivered(EventKind kind) {
    meters.count(Family.EVENT_REDELIVERIES, kind.code());
  }

  @Override
  public void deadLettered(String reason) {
    meters.count(Family.DEAD_LETTERS, REASONS.contains(reason) ? reason : Family.OTHER);
  }
}

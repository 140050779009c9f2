package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import io.appserver.orchestrator.supervision.Supervision;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Whether this server is at rest: no other instance is at work, the broker is there, and for a
 * while no event came and no app was looked at. What is then found in the database could only have
 * been put there by hand: it is looked for less often.
 */
@Singleton
class AtRest implements ConvergenceObserver, IntakeObserver {

  /** An event may outrun the commit it tells of by 30 s; it is looked at again within that. */
  static final Duration QUIET = Duration.ofSeconds(45);

  private final Provider<ConvergenceService> convergence;
  private final Provider<Supervision> supervision;
  private final Provider<EventSource> source;
  private volatile long happenedAt = System.nanoTime();

  /** Those who are asked are given late: some of them tell this what happens. */
  @Inject
  AtRest(
      Provider<ConvergenceService> convergence,
      Provider<Supervision> supervision,
      Provider<EventSource> source) {
    this.convergence = convergence;
    this.supervision = supervision;
    this.source = source;
  }

  boolean isAtRest() {
    boolean goesOn = convergence.get().busy() > 0 || !source.get().status().missing().isEmpty();
    if (goesOn) {
      happened();
    }
    return System.nanoTime() - happenedAt > QUIET.toNanos() && supervision.get().isAlone();
  }

  private void happened() {
    happenedAt = System.nanoTime();
  }

  @Override
  public void received(EventKind kind, String outcome) {
    happened();
  }

  @Override
  public void redelivered(EventKind kind) {
    happened();
  }

  @Override
  public void deadLettered(String reason) {
    happened();
  }

  @Override
  public void looked(AppName app, Duration took, Look.Result result) {
    happened();
  }
}

package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.failure.FailureCode;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How often the container was started again because of a failure. */
@Embeddable
public class RestartCount {

  @Column(name = "restarts")
  private int count;

  @Column(name = "restarted_run")
  private @Nullable Instant run;

  @Column(name = "restart_owed")
  private boolean owed;

  /** There was none. */
  protected RestartCount() {}

  /** The container is to be started again because of a failure; counted once it was. */
  void owe(Instant endedRun) {
    run = endedRun;
    owed = true;
  }

  /** It is to be started again for no fault of its own, which is not counted. */
  void excuse(Instant endedRun) {
    run = endedRun;
    owed = false;
  }

  /** Nothing is to be counted for what comes. */
  void oweNothing() {
    owed = false;
  }

  void count() {
    count++;
    owed = false;
  }

  void countIfOwed() {
    if (owed) {
      count();
    }
  }

  /** What the engine's own end prevents has cost nothing. */
  void preventedBy(FailureCode why) {
    if (why == FailureCode.RUNTIME_UNAVAILABLE) {
      oweNothing();
    }
  }

  /** How many count now: none if it was healthy at that time, and has been since. */
  public int counted(ObservedHealth health, Instant healthyAt) {
    return health.healthyAt(healthyAt) ? 0 : Math.max(count, 0);
  }

  /** Forgets those that do not count now. */
  public void forgive(ObservedHealth health, Instant healthyAt) {
    count = counted(health, healthyAt);
  }

  void forget() {
    count = 0;
    owed = false;
  }

  public int number() {
    return count;
  }

  /** Whether it is to be started again because of a failure, and that was not counted yet. */
  public boolean areOwed() {
    return owed;
  }

  /** Start of the container's run that was to be ended, or whose end was answered, by a restart. */
  public Optional<Instant> run() {
    return Optional.ofNullable(run);
  }
}

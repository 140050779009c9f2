package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.time.Duration;
import java.time.Instant;

/**
 * When the engine was last known to be in trouble. What ends around that time ended with the
 * engine, and has not failed.
 *
 * <p>The engine is in trouble if it does not answer a ping, and only then: what it answers to a
 * call for one app, or does not answer, is a matter of that app and excuses no other.
 */
public final class EngineOutage {

  /** A daemon takes its time to look after its containers when it is back. */
  private static final Duration AROUND = Duration.ofSeconds(20);

  private final RuntimeView view;
  private final TimeSource time;
  private volatile Moment last;
  private volatile Silence silence = new Silence(Instant.MAX, Instant.MIN);

  private record Moment(Instant instant, long nanos) {}

  /** From the end of the engine's events to its next answer, last. */
  private record Silence(Instant from, Instant until) {
    boolean covers(Instant moment) {
      return !moment.isBefore(from) && !moment.isAfter(until);
    }
  }

  public EngineOutage(RuntimeView view, TimeSource time) {
    this.view = view;
    this.time = time;
    this.last = new Moment(Instant.EPOCH, time.nanoTime() - AROUND.toNanos());
  }

  /** It does not answer, or has just come back. */
  public void seen() {
    last = new Moment(time.clock().instant(), time.nanoTime());
  }

  /**
   * Its events broke off then, and now it has answered a ping. An engine that is started anew
   * behind a socket that stays open answers each, be it a little late; its containers end
   * meanwhile.
   */
  public void silentSince(Instant from) {
    silence = new Silence(from, time.clock().instant());
  }

  /** A call went wrong, perhaps because of the engine: asks it for a sign of life. */
  public void suspected() {
    try {
      view.ping();
    } catch (DeploymentException e) {
      seen();
    }
  }

  /**
   * Whether a run that is found ended now may have been ended by the engine: one that began after
   * the trouble was not.
   */
  public boolean excuses(ObservedContainer container) {
    Instant begun = container.startedAt().orElse(Instant.EPOCH);
    Moment trouble = last;
    boolean recent = time.nanoTime() - trouble.nanos() < AROUND.toNanos();
    return !container.running()
        && ((recent && !begun.isAfter(trouble.instant()))
            || container.endedAt().filter(silence::covers).isPresent());
  }
}

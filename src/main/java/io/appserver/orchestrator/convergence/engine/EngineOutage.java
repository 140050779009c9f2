package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/**
 * When the engine was last known to be in trouble. What ends around that time ended with the
 * engine, and has not failed.
 *
 * <p>The engine is in trouble if it does not answer a ping, or had to be waited for, and only then:
 * what it answers to a call for one app, or does not answer, is a matter of that app and excuses no
 * other.
 */
@Singleton
public final class EngineOutage {

  /** A daemon takes its time to look after its containers when it is back. */
  private static final Duration AROUND = Duration.ofSeconds(20);

  private final RuntimeView view;
  private final TimeSource time;
  private volatile Moment last;

  private record Moment(Instant instant, long nanos) {}

  @Inject
  public EngineOutage(RuntimeView view, TimeSource time) {
    this.view = view;
    this.time = time;
    this.last = new Moment(Instant.EPOCH, time.nanoTime() - AROUND.toNanos());
  }

  /** It does not answer, or has just come back. */
  public void seen() {
    last = new Moment(time.clock().instant(), time.nanoTime());
  }

  /** A call went wrong, perhaps because of the engine: asks it for a sign of life. */
  public SignOfLife suspected() {
    SignOfLife sign = SignOfLife.of(view, time::nanoTime);
    if (sign.isOfTrouble()) {
      seen();
    }
    return sign;
  }

  /**
   * The failure as it is to be told: one for which the engine is said not to answer is the app's
   * own if the engine answers when it is asked. So it is with a proxy's page that is given for that
   * one call.
   */
  public Failure judged(Failure failure) {
    return failure.code() != FailureCode.RUNTIME_UNAVAILABLE || suspected() != SignOfLife.ANSWERS
        ? failure
        : new Failure(
            FailureCode.ENGINE_ERROR, failure.message(), failure.details(), failure.retryAfter());
  }

  /**
   * Whether a run that is found ended now may have been ended by the engine: one that began after
   * the trouble was not.
   */
  public boolean excuses(ObservedContainer container) {
    Instant begun = container.startedAt().orElse(Instant.EPOCH);
    Moment trouble = last;
    boolean recent = time.nanoTime() - trouble.nanos() < AROUND.toNanos();
    return recent && !container.running() && !begun.isAfter(trouble.instant());
  }
}

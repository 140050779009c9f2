package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.convergence.work.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.Semaphore;

/** Passes when it is told to. */
public final class TestTime implements TimeSource {

  private final Instant start = Instant.now();
  private Duration passed = Duration.ZERO;

  public void pass(Duration time) {
    passed = passed.plus(time);
  }

  public Instant now() {
    return start.plus(passed);
  }

  @Override
  public Clock clock() {
    InstantSource source = this::now;
    return source.withZone(ZoneOffset.UTC);
  }

  @Override
  public long nanoTime() {
    return passed.toNanos();
  }

  @Override
  public boolean tryAcquire(Semaphore bell, Duration atMost) {
    return bell.tryAcquire();
  }
}

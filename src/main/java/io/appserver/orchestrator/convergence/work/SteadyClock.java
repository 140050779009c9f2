package io.appserver.orchestrator.convergence.work;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time as the database has it, carried on by this process's monotonic clock: a wall clock that
 * is set, here or by a time server, moves nothing. Until the database was asked it is the wall
 * clock's when it was asked first.
 */
final class SteadyClock extends Clock {

  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private volatile @Nullable Anchor anchor;

  /** What time it was at which {@link System#nanoTime()}. */
  private record Anchor(Instant time, long nanos) {}

  SteadyClock(InstantSource wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
  }

  /** It is that time now. */
  synchronized void set(Instant time) {
    anchor = new Anchor(time, nanoTime.getAsLong());
  }

  @Override
  public Instant instant() {
    Anchor known = anchor();
    return known.time().plusNanos(nanoTime.getAsLong() - known.nanos());
  }

  private synchronized Anchor anchor() {
    Anchor known = anchor;
    if (known == null) {
      known = new Anchor(wall.instant(), nanoTime.getAsLong());
      anchor = known;
    }
    return known;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(instant(), zone);
  }
}

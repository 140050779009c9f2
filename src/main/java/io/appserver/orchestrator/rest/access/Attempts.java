package io.appserver.orchestrator.rest.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Logins that failed, by address: who fails too often is not listened to for a while, so that
 * passwords cannot be tried one after the other.
 */
final class Attempts {

  /** More than people mistype, and few enough for any password worth the name. */
  static final int MOST = 10;

  static final Duration WINDOW = Duration.ofMinutes(1);

  /** Addresses that are kept in mind; the oldest is forgotten for a new one. */
  private static final int MOST_ADDRESSES = 10_000;

  private final LongSupplier nanoTime;
  private final Map<String, Failures> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  private record Failures(long since, int count) {}

  Attempts(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether no more is listened to from there now. */
  synchronized boolean exhausted(String address) {
    Failures known = failures.get(address);
    return known != null && !isOver(known) && known.count() >= MOST;
  }

  synchronized void failed(String address) {
    Failures known = failures.get(address);
    failures.put(
        address,
        known == null || isOver(known)
            ? new Failures(nanoTime.getAsLong(), 1)
            : new Failures(known.since(), known.count() + 1));
  }

  private boolean isOver(Failures known) {
    return nanoTime.getAsLong() - known.since() > WINDOW.toNanos();
  }
}

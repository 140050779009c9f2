package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.app.AppName;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which apps that the platform has no row of may be taken away: those that stayed so for a while,
 * and few of all at a time. A database that is being restored looks just like one whose apps were
 * deleted.
 */
final class Orphans {

  /** How long an app must have been without a row. */
  static final Duration GRACE = Duration.ofMinutes(10);

  /** The part of all apps that may go in one pass; one may always. */
  private static final int PART = 10;

  private final Map<AppName, Instant> since = new HashMap<>();

  /**
   * @param candidates apps without a row now
   * @param all how many apps have something on the node
   * @param platformEmpty whether the platform has no app at all: then none may go
   */
  List<AppName> due(List<AppName> candidates, int all, boolean platformEmpty, Instant now) {
    since.keySet().retainAll(candidates);
    candidates.forEach(app -> since.putIfAbsent(app, now));
    if (platformEmpty) {
      return List.of();
    }
    return candidates.stream()
        .filter(app -> !since.getOrDefault(app, now).plus(GRACE).isAfter(now))
        .sorted()
        .limit(Math.max(1, all / PART))
        .toList();
  }
}

package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.operation.Orphan;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which apps that the platform has no row of may be taken away: those that stayed so for a while,
 * few of all in an hour, and none by itself where they are many: a database that is being restored
 * looks just like one whose apps were deleted. What an operator allows goes at once.
 *
 * @param due those that may go now
 * @param asked those that go by an operator's word alone, as they are many
 */
record OrphanPolicy(List<AppName> due, List<AppName> asked) {

  /** How long an app must have been without a row. */
  static final Duration GRACE = Duration.ofMinutes(10);

  /** The part of all apps that may go in an hour; one may always. */
  private static final int PART = 10;

  /** More than so many, and more than a quarter of all, are many. */
  private static final int FEW = 3;

  private static final int QUARTER = 4;

  /**
   * @param known what is known of the node's orphans, and of those that went within the hour
   * @param candidates apps without a row now
   * @param all how many apps have something on the node
   * @param platformEmpty whether the platform has no app at all: then none may go by itself
   */
  static OrphanPolicy of(
      List<Orphan> known, Set<AppName> candidates, int all, boolean platformEmpty) {
    List<Orphan> present =
        known.stream().filter(orphan -> candidates.contains(orphan.app())).toList();
    List<AppName> waiting =
        present.stream()
            .filter(orphan -> !orphan.allowed() && !orphan.begun())
            .filter(orphan -> orphan.since().compareTo(GRACE) >= 0)
            .map(Orphan::app)
            .sorted()
            .toList();
    boolean many = candidates.size() > FEW && candidates.size() * QUARTER > all;
    long gone = known.stream().filter(orphan -> orphan.begun() && !orphan.allowed()).count();
    long left = platformEmpty || many ? 0 : Math.max(0, Math.max(1, all / PART) - gone);
    List<AppName> due =
        Stream.concat(
                present.stream()
                    .filter(orphan -> orphan.allowed() || orphan.begun())
                    .map(Orphan::app),
                waiting.stream().limit(left))
            .sorted()
            .collect(Collectors.toList());
    return new OrphanPolicy(due, platformEmpty || many ? waiting : List.of());
  }
}

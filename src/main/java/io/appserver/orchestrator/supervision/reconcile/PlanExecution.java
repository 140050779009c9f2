package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A plan being carried out: a wave is signalled once the apps of the one before have been looked
 * at, or at once when the time is over. It waits for nothing by itself: it is asked to go on.
 */
final class PlanExecution {

  private final Cause cause;
  private final Plan plan;
  private final long deadlineNanos;
  private final long begunNanos;
  private final Deque<List<AppName>> waves = new ArrayDeque<>();
  private final Set<AppName> waitedFor = new LinkedHashSet<>();

  PlanExecution(Cause cause, Plan plan, Duration timeout, long nowNanos) {
    this.cause = cause;
    this.plan = plan;
    this.begunNanos = nowNanos;
    this.deadlineNanos = nowNanos + timeout.toNanos();
    for (List<PlannedAction> wave : plan.waves()) {
      List<AppName> work =
          wave.stream().filter(step -> step.action().isWork()).map(PlannedAction::app).toList();
      if (!work.isEmpty()) {
        waves.add(work);
      }
    }
  }

  Cause cause() {
    return cause;
  }

  /** A row changed by hand is somebody's word; all else has the reconciliation's own cause. */
  Cause causeFor(AppName app) {
    return plan.of(Action.HEED).contains(app) ? Cause.ROW_CHANGED : cause;
  }

  Plan plan() {
    return plan;
  }

  /**
   * The apps to signal now; none while others are waited for.
   *
   * @param unhandled apps that were signalled and not looked at to the end since
   */
  List<AppName> next(Set<AppName> unhandled, long nowNanos) {
    waitedFor.retainAll(unhandled);
    if (isOverdue(nowNanos)) {
      List<AppName> rest = waves.stream().flatMap(List::stream).toList();
      waves.clear();
      waitedFor.addAll(rest);
      return rest;
    }
    if (!waitedFor.isEmpty() || waves.isEmpty()) {
      return List.of();
    }
    List<AppName> wave = waves.removeFirst();
    waitedFor.addAll(wave);
    return wave;
  }

  /** Whether all were looked at. */
  boolean isDone() {
    return waves.isEmpty() && waitedFor.isEmpty();
  }

  boolean isOverdue(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  /** What was not looked at to the end yet. */
  Set<AppName> remaining() {
    var remaining = new LinkedHashSet<>(waitedFor);
    waves.forEach(remaining::addAll);
    return remaining;
  }

  Duration took(long nowNanos) {
    return Duration.ofNanos(nowNanos - begunNanos);
  }
}

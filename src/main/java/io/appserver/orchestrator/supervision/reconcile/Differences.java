package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What differed when it was compared last. An app that was installed or uninstalled just now has an
 * event on its way: it is told of by the comparison only if it differs twice in a row.
 */
final class Differences {

  private Set<PlannedAction> last = Set.of();

  /** What is to be done for apps, but for what the platform has only just written. */
  List<PlannedAction> lasting(Plan plan) {
    List<PlannedAction> now = plan.work();
    List<PlannedAction> lasting =
        now.stream().filter(step -> !hasAnEvent(step.action()) || last.contains(step)).toList();
    last = new HashSet<>(now);
    return lasting;
  }

  private static boolean hasAnEvent(Action action) {
    return action == Action.INSTALL || action == Action.REMOVE;
  }
}

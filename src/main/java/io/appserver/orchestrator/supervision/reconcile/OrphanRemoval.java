package io.appserver.orchestrator.supervision.reconcile;

import static java.util.stream.Collectors.joining;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import java.util.Set;
import java.util.logging.Logger;

/** Takes away what the platform has had no row of for a while, as {@link OrphanPolicy} has it. */
final class OrphanRemoval {

  private static final Logger LOG = Logger.getLogger(OrphanRemoval.class.getName());

  private final NodeSnapshots snapshots;
  private final boolean dryRun;
  private final Signals signals;

  /**
   * @param dryRun whether what would go is only told
   */
  OrphanRemoval(NodeSnapshots snapshots, boolean dryRun, Signals signals) {
    this.snapshots = snapshots;
    this.dryRun = dryRun;
    this.signals = signals;
  }

  void review(Plan plan, NodeSnapshot snapshot) {
    Set<AppName> candidates = Set.copyOf(plan.of(Action.ORPHAN));
    OrphanPolicy orphans =
        OrphanPolicy.of(
            snapshots.orphans(candidates),
            candidates,
            plan.steps().size(),
            snapshot.known().isEmpty());
    if (!orphans.asked().isEmpty()) {
      LOG.warning(() ->
          "%d of %d apps have no row in the platform's tables, too many to be removed without an operator's word (removeOrphans, see docs/operations.md): %s"
              .formatted(
                  candidates.size(),
                  plan.steps().size(),
                  orphans.asked().stream().map(AppName::value).collect(joining(", "))));
    }
    orphans.due().forEach(this::letGo);
  }

  private void letGo(AppName app) {
    if (dryRun) {
      LOG.warning(() ->
          "app_name=%s would be removed: the platform has had no such app for %d min; it stays, because APPSERVER_DOCKER_ORPHAN_DRY_RUN is set"
              .formatted(app, OrphanPolicy.GRACE.toMinutes()));
    } else {
      LOG.warning(() -> "app_name=%s is removed: the platform has no such app".formatted(app));
      snapshots.orphanGoes(app);
      signals.send(app, Cause.ORPHAN);
    }
  }
}

package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.deployment.Deployment;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** An app that should not run on this node. */
@Singleton
public final class UnwantedApp {

  private final AppCatalog catalog;
  private final Removal removal;
  private final Placement placement;
  private final Purge purge;

  @Inject
  public UnwantedApp(AppCatalog catalog, Removal removal, Placement placement, Purge purge) {
    this.catalog = catalog;
    this.removal = removal;
    this.placement = placement;
    this.purge = purge;
  }

  /** What should not run at all. */
  Outcome goes(Run run, Gathered seen) {
    Look.Wanted wanted = Aims.wanted(seen.app());
    if (!seen.request().purge()) {
      return removal.removeLast(run, seen.here(), seen.workload(), wanted);
    }
    Outcome gone = removal.remove(run, seen.here(), seen.workload(), wanted);
    return gone.result() instanceof Look.Result.Gone
        ? purge.purge(run, Optional.empty(), gone)
        : gone;
  }

  /**
   * An app without any row is let go only when somebody says so: an event, or the reaper, which
   * waits before it does. A database that was restored or emptied by mistake takes no app along. A
   * row that cannot be read may be the app's. What was begun is brought to its end.
   */
  Outcome goesIfSaid(Run run, Gathered seen) {
    boolean said =
        seen.isLeaving()
            || run.claim().causedBy(Cause.UNINSTALLED)
            || (run.claim().causedBy(Cause.ORPHAN) && catalog.apps().unreadable().isEmpty());
    return said ? goes(run, seen) : Outcome.gone(Look.Wanted.UNKNOWN);
  }

  /** What is left here of an app that another node has. */
  Outcome isTidiedUp(Run run, Gathered seen) {
    List<Deployment> predecessors = seen.predecessors(seen.app().orElseThrow().id());
    Deployment own = seen.own().orElseThrow();
    Optional<Outcome> waits =
        placement.isWithAnotherEngine(run, own)
            ? Optional.of(removal.remove(run, predecessors, seen.workload(), Look.Wanted.INSTALLED))
                .filter(removed -> removed.wakeAfter().isPresent())
            : Optional.empty();
    return purge.purge(
        run, Optional.empty(), waits.orElseGet(() -> Outcome.gone(Look.Wanted.INSTALLED)));
  }

  /**
   * What the same name ran under another id, before it was installed again. What cannot be removed
   * gives way by its name.
   */
  void givesWay(Run run, Gathered seen) {
    AppId successor = seen.app().orElseThrow().id();
    var unused =
        removal.remove(
            run,
            seen.predecessors(successor),
            seen.workload().ofOthersThan(successor),
            Look.Wanted.NOT_INSTALLED);
  }
}

package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Decide;
import io.appserver.orchestrator.convergence.decide.Decision;
import io.appserver.orchestrator.convergence.look.Aims.Aim;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.work.FenceBehindException;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Workload;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.failure.DeploymentException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One look at one app: gathers what should be and what is, decides what comes next, and has it
 * done.
 */
@Singleton
public final class Reconciler {

  private final WorkloadControl control;
  private final Gather gather;
  private final WantedApp wanted;
  private final UnwantedApp unwanted;
  private final Placement placement;
  private final BlindLook blind;

  @Inject
  public Reconciler(
      WorkloadControl control,
      Gather gather,
      WantedApp wanted,
      UnwantedApp unwanted,
      Placement placement,
      BlindLook blind) {
    this.control = control;
    this.gather = gather;
    this.wanted = wanted;
    this.unwanted = unwanted;
    this.placement = placement;
    this.blind = blind;
  }

  /** What the database says of the app: see {@link Gather#known(Lease)}. */
  public Gather.Known known(Lease lease) {
    return gather.known(lease);
  }

  /**
   * Looks at the app of the run. While the platform's tables cannot be read, or the engine does not
   * answer, it stays as it is.
   *
   * @param known what the database says of the app; empty if it could not be read with the claim
   * @param aimed is told what the look aims at, once that is known
   */
  public Outcome look(Run run, Optional<Gather.Known> known, Consumer<Aim> aimed) {
    try {
      Workload found;
      try {
        found = control.find(run);
      } catch (DeploymentException e) {
        return blind.waitForEngine(run, e.failure());
      }
      requireFenceAbove(run, found);
      Gathered seen = gather.of(run, known.orElseGet(() -> gather.anew(run.lease())), found);
      aimed.accept(new Aim(Aims.wanted(seen.app()), seen.request()));
      return act(run, seen);
    } catch (PlatformUnavailableException e) {
      return blind.waitForTables(run, e);
    }
  }

  private Outcome act(Run run, Gathered seen) {
    return switch (Decide.decide(seen.facts())) {
      case Decision.Gone gone -> unwanted.goes(run, seen);
      case Decision.Remove remove ->
          switch (remove.what()) {
            case APP -> unwanted.goes(run, seen);
            case ORPHAN -> unwanted.goesIfSaid(run, seen);
            case LEFTOVERS -> unwanted.isTidiedUp(run, seen);
            case PREDECESSOR -> succeeds(run, seen);
          };
      case Decision.Elsewhere elsewhere -> unwanted.isTidiedUp(run, seen);
      case Decision.Leave leave -> placement.leave(run, seen, leave.target());
      case Decision.Want want -> wanted.runs(run, seen);
      case Decision.Mend mend -> wanted.runs(run, seen);
      case Decision.Hold hold -> wanted.runs(run, seen);
      case Decision.Release release -> wanted.runs(run, seen);
      case Decision.TryAnew anew -> wanted.runs(run, seen);
      case Decision.Update update -> wanted.runs(run, seen);
      case Decision.MakeAnew anew -> wanted.runs(run, seen);
      case Decision.Start start -> wanted.runs(run, seen);
      case Decision.AwaitUpdate await -> wanted.runs(run, seen);
      case Decision.GoOn on -> wanted.runs(run, seen);
      case Decision.Clear clear -> wanted.runs(run, seen);
      case Decision.Check check -> wanted.runs(run, seen);
      case Decision.Keep keep -> wanted.runs(run, seen);
      case Decision.Rest rest -> wanted.runs(run, seen);
    };
  }

  /** The app comes in the place of another one of its name. */
  private Outcome succeeds(Run run, Gathered seen) {
    unwanted.givesWay(run, seen);
    Workload left;
    try {
      left = control.find(run);
    } catch (DeploymentException e) {
      return blind.waitForEngine(run, e.failure());
    }
    return wanted.runs(run, gather.of(run, gather.anew(run.lease()), left));
  }

  private static void requireFenceAbove(Run run, Workload found) {
    if (found.fence() > run.lease().fence()) {
      throw new FenceBehindException(found.fence());
    }
  }
}

package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.decide.Decide;
import io.appserver.orchestrator.convergence.decide.Decision;
import io.appserver.orchestrator.convergence.decide.Decision.Remove;
import io.appserver.orchestrator.convergence.dependency.NodeChoice;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.FenceBehindException;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One look at one app: what should be, what is, and whatever it takes to make them one. */
public final class Reconciler {

  private final Parts parts;
  private final Removal removal;
  private final Placement placement;
  private final Purge purge;
  private final BlindLook blind;
  private final Gather gather;
  private final WantedRow rows;

  public Reconciler(Parts parts, Removal removal) {
    this.parts = parts;
    this.removal = removal;
    this.placement = new Placement(parts);
    this.purge = new Purge(parts);
    this.blind = new BlindLook(parts);
    this.gather = new Gather(parts);
    this.rows = new WantedRow(parts);
  }

  /** What is aimed at now: a look that began with another aim is not worth ending. */
  public Aim aim(AppName app) {
    try {
      return new Aim(wanted(parts.catalog().find(app)), parts.wishes().of(app));
    } catch (PlatformUnavailableException e) {
      return Aim.UNKNOWN; // the look says so by itself
    }
  }

  /** What the platform wants of an app, and what an operator does. */
  public record Aim(Look.Wanted wanted, OperatorRequest wish) {
    static final Aim UNKNOWN = new Aim(Look.Wanted.UNKNOWN, OperatorRequest.NONE);
  }

  /** Who should go after whom; empty while that cannot be read. */
  public Map<AppName, Set<AppName>> softDependencies() {
    try {
      return parts.catalog().softDependencies();
    } catch (PlatformUnavailableException e) {
      return Map.of(); // each look says so by itself
    }
  }

  private static Look.Wanted wanted(Optional<App> app) {
    if (app.isEmpty()) {
      return Look.Wanted.UNKNOWN;
    }
    return app.get().installed() ? Look.Wanted.INSTALLED : Look.Wanted.NOT_INSTALLED;
  }

  /**
   * Looks at the app of the run. While the platform's tables cannot be read, it stays as it is.
   *
   * @param aimed is told what the look aims at, once that is known
   */
  public Outcome look(Run run, Consumer<Aim> aimed) {
    try {
      return lookAt(run, aimed);
    } catch (PlatformUnavailableException e) {
      Failure failure = Failure.of(FailureCode.PLATFORM_SCHEMA, String.valueOf(e.getMessage()));
      List<Deployment> deployments = parts.deployments().named(run.app());
      return blind.waitFor(run, Look.Wanted.UNKNOWN, deployments, failure);
    }
  }

  private Outcome lookAt(Run run, Consumer<Aim> aimed) {
    List<ObservedContainer> owned;
    try {
      owned = parts.containers().owned(run);
    } catch (DeploymentException e) {
      Look.Wanted wanted = wanted(parts.catalog().find(run.app()));
      Failure failure = parts.engineTrouble().judged(e.failure());
      return blind.waitFor(run, wanted, parts.deployments().named(run.app()), failure);
    }
    requireFenceAbove(run, owned);
    Gathered seen = gather.of(run, owned);
    aimed.accept(new Aim(wanted(seen.app()), seen.request()));
    return switch (Decide.decide(seen.facts())) {
      case Decision.Gone gone -> goes(run, seen);
      case Decision.Remove remove -> remove(run, seen, remove.what());
      case Decision.Elsewhere elsewhere -> tidies(run, seen);
      case Decision.Leave leave -> placement.leave(run, seen.own(), owned, leave.target());
      case Decision.Want want -> runs(run, seen);
      case Decision.Mend mend -> runs(run, seen);
      case Decision.Hold hold -> runs(run, seen);
      case Decision.Release release -> runs(run, seen);
      case Decision.TryAnew anew -> runs(run, seen);
      case Decision.Update update -> runs(run, seen);
      case Decision.MakeAnew anew -> runs(run, seen);
      case Decision.Start start -> runs(run, seen);
      case Decision.GoOn on -> runs(run, seen);
      case Decision.Clear clear -> runs(run, seen);
      case Decision.Check check -> runs(run, seen);
      case Decision.Keep keep -> runs(run, seen);
      case Decision.Rest rest -> runs(run, seen);
    };
  }

  private Outcome remove(Run run, Gathered seen, Remove.What what) {
    return switch (what) {
      case APP -> goes(run, seen);
      case ORPHAN -> mayGo(run, seen) ? goes(run, seen) : Outcome.gone(Look.Wanted.UNKNOWN);
      case LEFTOVERS -> tidies(run, seen);
      case PREDECESSOR -> {
        AppId id = seen.app().orElseThrow().id();
        var unused =
            removal.remove(
                run, seen.predecessors(id), seen.ownedByOthers(id), Look.Wanted.NOT_INSTALLED);
        // what could not be removed gives way by its name
        yield runs(run, gather.of(run, parts.containers().owned(run)));
      }
    };
  }

  /** What should not run here. */
  private Outcome goes(Run run, Gathered seen) {
    Outcome gone = removal.remove(run, seen.here(), seen.owned(), wanted(seen.app()));
    return gone.result() instanceof Look.Result.Gone && seen.request().purge()
        ? purge.purge(run, Optional.empty(), gone)
        : gone;
  }

  /** What another node has. */
  private Outcome tidies(Run run, Gathered seen) {
    List<Deployment> predecessors = seen.predecessors(seen.app().orElseThrow().id());
    Deployment own = seen.own().orElseThrow();
    return purge.purge(
        run, Optional.empty(), placement.tidy(run, own, predecessors, seen.owned(), removal));
  }

  /** What should run here, or be held. */
  private Outcome runs(Run run, Gathered seen) {
    App app = seen.app().orElseThrow();
    OperatorRequest request = seen.request();
    Optional<Deployment> own = seen.own();
    if (request.moveTo().isPresent()) {
      placement.stays(run, own, request);
    }
    if (isToBePlaced(seen, own)) {
      Placement.Placed placed = placement.place(run, app, own);
      if (placed.isElsewhere()) {
        return Outcome.gone(Look.Wanted.INSTALLED);
      }
      own = placed.row();
    }
    Outcome purged = Outcome.running();
    if (request.purge()) {
      purged = purge.purge(run, Optional.of(app.id()), purged);
    }
    var subject = new Subject(run, app, rows.of(app, own), parts.ledger());
    rows.wanted(subject, seen);
    Outcome outcome;
    try {
      outcome =
          request.held().isPresent()
              ? new Holding(parts, subject).hold(seen.owned(), request.held().get())
              : new Installation(parts, subject, seen).install();
    } catch (PlatformUnavailableException e) {
      subject.store(); // its row is to say what it waits for
      throw e;
    }
    subject.store();
    return purged.wakeAfter().map(outcome::atLeastAfter).orElse(outcome);
  }

  /** Nothing binds it to a node but other apps. */
  private static boolean isToBePlaced(Gathered seen, Optional<Deployment> own) {
    return seen.owned().isEmpty() && NodeChoice.isFree(seen.rows(), own) && !seen.hasNoRelatives();
  }

  /**
   * An app without any row is let go only when somebody says so: an event, or the reaper, which
   * waits before it does. A database that was restored or emptied by mistake takes no app along. A
   * row that cannot be read may be the app's. What was begun is brought to its end.
   */
  private boolean mayGo(Run run, Gathered seen) {
    return seen.isLeaving()
        || run.claim().causedBy(Cause.UNINSTALLED)
        || (run.claim().causedBy(Cause.ORPHAN) && parts.catalog().apps().unreadable().isEmpty());
  }

  private static void requireFenceAbove(Run run, List<ObservedContainer> owned) {
    long highest =
        owned.stream()
            .map(c -> ContainerLabels.read(c.labels()))
            .flatMap(Optional::stream)
            .mapToLong(ContainerLabels::fence)
            .max()
            .orElse(0);
    if (highest > run.lease().fence()) {
      throw new FenceBehindException(highest);
    }
  }
}

package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.dependency.NodeChoice;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.FenceBehindException;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One look at one app: what should be, what is, and whatever it takes to make them one. */
public final class Reconciler {

  private final Parts parts;
  private final Removal removal;
  private final Placement placement;
  private final Purge purge;
  private final BlindLook blind;

  public Reconciler(Parts parts, Removal removal) {
    this.parts = parts;
    this.removal = removal;
    this.placement = new Placement(parts);
    this.purge = new Purge(parts);
    this.blind = new BlindLook(parts);
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
   * Where it belongs is not known while the dependencies cannot be read: the installation says so.
   */
  private Optional<Outcome> place(Run run, App app, Optional<Deployment> own) {
    try {
      return placement.place(run, app, own);
    } catch (PlatformUnavailableException e) {
      return Optional.empty();
    }
  }

  /** While the platform's tables cannot be read, the app stays as it is. */
  public Outcome look(Run run) {
    try {
      return lookAt(run);
    } catch (PlatformUnavailableException e) {
      Failure failure = Failure.of(FailureCode.PLATFORM_SCHEMA, String.valueOf(e.getMessage()));
      List<Deployment> deployments = parts.deployments().named(run.app());
      return blind.waitFor(run, Look.Wanted.UNKNOWN, deployments, failure);
    }
  }

  private Outcome lookAt(Run run) {
    List<Deployment> deployments = parts.deployments().named(run.app());
    Optional<App> app = parts.catalog().find(run.app());
    List<ObservedContainer> found;
    try {
      found = parts.containers().owned(run);
    } catch (DeploymentException e) {
      Failure failure = parts.engineTrouble().judged(e.failure());
      return blind.waitFor(run, wanted(app), deployments, failure);
    }
    List<ObservedContainer> owned = found;
    requireFenceAbove(run, owned);
    parts.containers().settleKnown(run, owned);
    noteVolumes(run, owned);
    List<Deployment> here =
        deployments.stream().filter(d -> !placement.isElsewhere(d, owned)).toList();
    if (wanted(app) != Look.Wanted.INSTALLED) {
      Outcome gone =
          mayGo(run, app)
              ? removal.remove(run, here, owned, wanted(app))
              : new Outcome(wanted(app), new Look.Result.Gone(), Optional.empty());
      return gone.result() instanceof Look.Result.Gone && parts.wishes().of(run.app()).purge()
          ? purge.purge(run, Optional.empty(), gone)
          : gone;
    }
    AppId id = app.get().id();
    // its row may have the name that the platform gave it before
    Optional<Deployment> own =
        deployments.stream()
            .filter(d -> d.appId().equals(id))
            .findFirst()
            .or(() -> parts.deployments().find(id));
    if (own.isPresent() && placement.isElsewhere(own.get(), owned)) {
      return purge.purge(
          run, Optional.empty(), placement.tidy(run, own.get(), others(here, id), owned, removal));
    }
    OperatorRequest wish = parts.wishes().of(run.app());
    if (wish.moveTo().isPresent() && !placement.stays(run, own, wish)) {
      return placement.leave(run, own, owned, wish.moveTo().get());
    }
    if (owned.isEmpty() && NodeChoice.isFree(deployments, own)) {
      Optional<Outcome> placed = place(run, app.get(), own);
      if (placed.isPresent()) {
        return placed.get();
      }
    }
    removePredecessors(run, id, here, owned);
    Outcome purged = Outcome.running();
    if (wish.purge()) {
      purged = purge.purge(run, Optional.of(id), purged);
    }
    Deployment deployment = deploymentOf(run, app.get(), owned);
    var subject = new Subject(run, app.get(), deployment, parts.ledger());
    Outcome outcome =
        wish.held().isPresent()
            ? new Holding(parts, subject).hold(owned, wish.held().get())
            : new Installation(parts, subject).install();
    return purged.wakeAfter().map(outcome::atLeastAfter).orElse(outcome);
  }

  /**
   * An app without any row is let go only when somebody says so: an event, or the reaper, which
   * waits before it does. A database that was restored or emptied by mistake takes no app along. A
   * row that cannot be read may be the app's.
   */
  private boolean mayGo(Run run, Optional<App> app) {
    return app.isPresent()
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

  /** No container of ours goes before it is noted which volumes it has. */
  private void noteVolumes(Run run, List<ObservedContainer> owned) {
    List<DataVolume> found =
        owned.stream()
            .flatMap(container ->
                container.ownedBy(parts.identity().installation()).stream()
                    .flatMap(labels ->
                        container.volumes().stream().map(mount -> found(container, labels, mount))))
            .toList();
    if (!found.isEmpty()) {
      parts.ledger().keep(run, () -> found.forEach(parts.volumes()::noteFound));
    }
  }

  private DataVolume found(ObservedContainer container, ContainerLabels labels, VolumeMount mount) {
    boolean own = mount.volume().equals(parts.containers().volumeNameOf(labels.appName()));
    return DataVolume.of(
        parts.identity().node(),
        mount.volume(),
        labels.appId(),
        labels.appName(),
        mount.path(),
        own ? DataVolume.Origin.SETTING : DataVolume.Origin.IMAGE,
        container.startedAt().isPresent());
  }

  private static List<Deployment> others(List<Deployment> rows, AppId id) {
    return rows.stream()
        .filter(d -> !d.appId().equals(id) && d.state() != DeploymentState.STOPPED)
        .toList();
  }

  /** What the same name ran under another id, before it was installed again. */
  private void removePredecessors(
      Run run, AppId id, List<Deployment> deployments, List<ObservedContainer> owned) {
    List<Deployment> others = others(deployments, id);
    List<ObservedContainer> theirs =
        owned.stream()
            .filter(
                c -> ContainerLabels.read(c.labels()).filter(l -> l.appId().equals(id)).isEmpty())
            .toList();
    if (!others.isEmpty() || !theirs.isEmpty()) {
      removal.remove(run, others, theirs, Look.Wanted.NOT_INSTALLED);
    }
  }

  private Deployment deploymentOf(Run run, App app, List<ObservedContainer> owned) {
    Optional<Deployment> found = parts.deployments().find(app.id());
    String node = parts.identity().node();
    Deployment deployment =
        found.orElseGet(() -> new Deployment(app.id(), app.name(), node, parts.clock().instant()));
    boolean mustCome =
        deployment.node().filter(node::equals).isEmpty()
            && !Placement.isFoundHere(deployment, owned);
    if (found.isPresent() && !isLeaving(deployment) && !mustCome) {
      return hereAlready(run, deployment, app);
    }
    return parts
        .ledger()
        .write(
            run,
            deployment,
            mustCome ? "wanted, on node " + node : "wanted",
            d -> {
              d.pending();
              if (mustCome) {
                d.moveTo(node);
              }
              d.belongsTo(app.name(), node);
            });
  }

  private Deployment hereAlready(Run run, Deployment deployment, App app) {
    String node = parts.identity().node();
    if (deployment.node().filter(node::equals).isEmpty()) {
      return parts
          .ledger()
          .write(
              run,
              deployment,
              "belongs to node %s, where its container is".formatted(node),
              d -> d.belongsTo(app.name(), node));
    }
    return deployment.appName().equals(app.name().value())
        ? deployment
        : parts
            .ledger()
            .write(run, deployment, "its row is its again", d -> d.belongsTo(app.name(), node));
  }

  /** Not wanted when it was looked at last, be it removed to the end or not. */
  private static boolean isLeaving(Deployment deployment) {
    return switch (deployment.state()) {
      case STOPPING, STOPPED -> true;
      case PENDING, PULLING, CREATING, STARTING, HEALTHY, UNHEALTHY, RESTARTING, FAILED -> false;
    };
  }
}

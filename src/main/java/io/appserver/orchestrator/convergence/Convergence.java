package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.container.ContainerLabels;
import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Failure;
import io.appserver.orchestrator.deployment.FailureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One look at one app: what should be, what is, and whatever it takes to make them one. */
final class Convergence {

  private final Parts parts;
  private final Removal removal;

  Convergence(Parts parts, Removal removal) {
    this.parts = parts;
    this.removal = removal;
  }

  /** What the platform wants of the app now. */
  Look.Wanted wanted(AppName app) {
    return wanted(parts.catalog().find(app));
  }

  /** Who should go after whom; empty while that cannot be read. */
  Map<AppName, Set<AppName>> softDependencies() {
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

  Outcome look(Run run) {
    List<Deployment> deployments = parts.deployments().named(run.app());
    Optional<App> app;
    List<ObservedContainer> owned;
    try {
      app = parts.catalog().find(run.app());
    } catch (PlatformUnavailableException e) {
      Failure failure = Failure.of(FailureCode.PLATFORM_SCHEMA, String.valueOf(e.getMessage()));
      return waitFor(run, Look.Wanted.UNKNOWN, deployments, failure);
    }
    try {
      owned = parts.containers().owned(run);
    } catch (DeploymentException e) {
      return waitFor(run, wanted(app), deployments, e.failure());
    }
    requireFenceAbove(run, owned);
    if (wanted(app) != Look.Wanted.INSTALLED) {
      return removal.remove(run, deployments, owned, wanted(app));
    }
    AppId id = app.get().id();
    removePredecessors(run, id, deployments, owned);
    Deployment deployment = deploymentOf(run, app.get());
    return new Installation(parts, new Subject(run, app.get(), deployment, parts.ledger()))
        .install();
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

  /** What the same name ran under another id, before it was installed again. */
  private void removePredecessors(
      Run run, AppId id, List<Deployment> deployments, List<ObservedContainer> owned) {
    List<Deployment> others =
        deployments.stream()
            .filter(d -> !d.appId().equals(id) && d.state() != DeploymentState.STOPPED)
            .toList();
    List<ObservedContainer> theirs =
        owned.stream()
            .filter(
                c -> ContainerLabels.read(c.labels()).filter(l -> l.appId().equals(id)).isEmpty())
            .toList();
    if (!others.isEmpty() || !theirs.isEmpty()) {
      removal.remove(run, others, theirs, Look.Wanted.NOT_INSTALLED);
    }
  }

  private Deployment deploymentOf(Run run, App app) {
    Optional<Deployment> found = parts.deployments().find(app.id());
    if (found.isPresent() && found.get().state() != DeploymentState.STOPPED) {
      Deployment deployment = found.get();
      deployment.belongsTo(app.name(), parts.identity().node());
      return deployment;
    }
    Deployment deployment =
        found.orElseGet(() ->
            new Deployment(app.id(), app.name(), parts.identity().node(), parts.clock().instant()));
    deployment.belongsTo(app.name(), parts.identity().node());
    return parts.ledger().write(run, deployment, "wanted", Deployment::pending);
  }

  private Outcome waitFor(
      Run run, Look.Wanted wanted, List<Deployment> deployments, Failure failure) {
    Duration pause = failure.code().pauseAfter(1);
    Instant next = parts.clock().instant().plus(pause);
    deployments.stream()
        .filter(d -> d.state() != DeploymentState.STOPPED && d.state() != DeploymentState.FAILED)
        .filter(d -> d.reasonCode().filter(failure.code().code()::equals).isEmpty())
        .forEach(d -> parts.ledger().write(run, d, failure, w -> w.waits(failure, next)));
    return new Outcome(wanted, new Look.Result.Waiting(failure), Optional.of(pause));
  }
}

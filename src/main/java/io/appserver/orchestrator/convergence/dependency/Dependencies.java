package io.appserver.orchestrator.convergence.dependency;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.Dependency;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Capability;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who must be there before an app may start, and who waits for it. */
@Singleton
public final class Dependencies {

  private final String node;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final DeploymentWriter writer;

  @Inject
  public Dependencies(
      Identity identity, AppCatalog catalog, Deployments deployments, DeploymentWriter writer) {
    this.node = identity.node();
    this.catalog = catalog;
    this.deployments = deployments;
    this.writer = writer;
  }

  /**
   * Returns if all that the app needs is healthy; what is installed but was never looked at is
   * signalled.
   *
   * @param all what the app depends on
   * @param engine what it can do: where its network spans nodes, an app may need one on another
   * @throws DeploymentException with {@code dependency_cycle}, {@code dependency_missing} or {@code
   *     dependency_failed}
   */
  public void requireHealthy(Run run, App app, List<Dependency> all, Set<Capability> engine) {
    if (all.isEmpty()) {
      return;
    }
    new DependencyCycles(catalog)
        .from(app.id())
        .ifPresent(cycle -> {
          throw new DeploymentException(
              FailureCode.DEPENDENCY_CYCLE,
              "%s cannot be installed, its dependencies go in a circle: %s"
                  .formatted(app.name(), cycle));
        });
    signalUnattended(run, all);
    for (Dependency dependency : all) {
      if (dependency.kind() == Dependency.Kind.HARD) {
        requireHealthy(
            app, dependency.dependsOn(), engine.contains(Capability.NETWORK_SPANS_NODES));
      }
    }
  }

  private void requireHealthy(App app, AppId needed, boolean anywhere) {
    App other = catalog.find(needed).filter(App::installed).orElse(null);
    if (other == null) {
      throw new DeploymentException(
          FailureCode.DEPENDENCY_MISSING,
          "%s needs %s, which is not installed; it goes on when that is healthy"
              .formatted(app.name(), nameOf(needed)));
    }
    Optional<Deployment> deployment = deployments.find(needed);
    DeploymentState state = deployment.map(Deployment::state).orElse(DeploymentState.PENDING);
    if (state == DeploymentState.FAILED) {
      throw new DeploymentException(
          FailureCode.DEPENDENCY_FAILED,
          "%s needs %s, which failed (%s)"
              .formatted(
                  app.name(),
                  other.name(),
                  deployment.flatMap(row -> row.reason().code()).orElse("no reason kept")));
    }
    Optional<String> elsewhere = deployment.flatMap(d -> Row.of(d).homeBut(node));
    if (elsewhere.isPresent() && !anywhere) {
      throw new DeploymentException(
          FailureCode.DEPENDENCY_MISSING,
          "%s needs %s on the same node, and that is on node %s; move one of them"
              .formatted(app.name(), other.name(), elsewhere.get()));
    }
    if (state != DeploymentState.HEALTHY) {
      throw new DeploymentException(
          FailureCode.DEPENDENCY_MISSING,
          "%s waits for %s, which is %s".formatted(app.name(), other.name(), state.code()));
    }
  }

  /** An event may have come for the dependant alone. */
  private void signalUnattended(Run run, List<Dependency> all) {
    List<AppName> unattended =
        all.stream()
            .map(dependency -> catalog.find(dependency.dependsOn()))
            .flatMap(Optional::stream)
            .filter(App::installed)
            .filter(other ->
                deployments
                    .find(other.id())
                    .map(Deployment::state)
                    .filter(state -> state != DeploymentState.STOPPED)
                    .isEmpty())
            .map(App::name)
            .toList();
    if (!unattended.isEmpty()) {
      writer.signal(run, unattended, Cause.NEEDED);
    }
  }

  /** Signals those that may wait for this app. */
  public void signalDependants(Run run, AppId id) {
    List<AppName> dependants = catalog.dependants(id);
    if (!dependants.isEmpty()) {
      writer.signal(run, dependants, Cause.DEPENDENCY);
    }
  }

  private String nameOf(AppId id) {
    return DependencyCycles.nameOf(catalog, id);
  }
}

package io.appserver.orchestrator.convergence.dependency;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.Dependency;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * On which node an app begins that has nothing anywhere yet: with the apps that it cannot do
 * without, and those that cannot do without it, as their network is one engine's.
 */
@Singleton
public final class NodeChoice {

  private final String node;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final WorkStore work;

  @Inject
  public NodeChoice(
      Identity identity, AppCatalog catalog, Deployments deployments, WorkStore work) {
    this.node = identity.node();
    this.catalog = catalog;
    this.deployments = deployments;
    this.work = work;
  }

  /** Whether nothing binds the app to a node, and a choice may be made. */
  public static boolean isFree(List<Deployment> rows, Optional<Deployment> own) {
    boolean bound =
        Stream.concat(rows.stream(), own.stream())
            .anyMatch(
                row -> row.place().volume().isPresent() || row.state() != DeploymentState.STOPPED);
    return bound ? own.filter(NodeChoice::hasNothing).isPresent() && rows.size() == 1 : true;
  }

  /** It waits for an app that may be on another node, and was never more than that. */
  private static boolean hasNothing(Deployment row) {
    return row.state() == DeploymentState.PENDING
        && row.place().volume().isEmpty()
        && row.containers().id().isEmpty()
        && row.containers().previousId().isEmpty()
        && row.reason().code().filter(FailureCode.DEPENDENCY_MISSING.code()::equals).isPresent();
  }

  /**
   * The other node that the app should go to; empty if it should stay. No other app is placed
   * meanwhile, until the caller's transaction ends.
   */
  public Optional<String> elsewhere(App app) {
    List<Dependency> needs = catalog.dependencies(app.id());
    List<AppName> neededBy = catalog.dependants(app.id());
    if (needs.isEmpty() && neededBy.isEmpty()) {
      return Optional.empty();
    }
    work.lockPlacement();
    Set<String> direct = new LinkedHashSet<>();
    for (AppId needed : hardNeeds(app.id())) {
      nodeOf(needed).ifPresent(direct::add);
    }
    Set<String> nodes = direct.isEmpty() ? nodesOfRelatives(app.id()) : direct;
    return nodes.contains(node)
        ? Optional.empty()
        : nodes.stream().filter(work::takesApps).findFirst();
  }

  /** Whether the name is a node's, and that is another engine than the lease's. */
  public boolean isAnotherEngine(Lease lease, String name) {
    return work.isAnotherEngine(lease, name);
  }

  private Set<String> nodesOfRelatives(AppId app) {
    Set<String> nodes = new LinkedHashSet<>();
    Set<AppId> seen = new LinkedHashSet<>(Set.of(app));
    var next = new ArrayDeque<>(seen);
    while (!next.isEmpty()) {
      AppId one = next.remove();
      for (AppId relative : relatives(one)) {
        if (seen.add(relative)) {
          nodeOf(relative).ifPresent(nodes::add);
          next.add(relative);
        }
      }
    }
    return nodes;
  }

  private Set<AppId> relatives(AppId app) {
    Set<AppId> relatives = new LinkedHashSet<>(hardNeeds(app));
    catalog.dependants(app).stream()
        .map(catalog::find)
        .flatMap(Optional::stream)
        .map(App::id)
        .filter(dependant -> hardNeeds(dependant).contains(app))
        .forEach(relatives::add);
    return relatives;
  }

  private List<AppId> hardNeeds(AppId app) {
    return catalog.dependencies(app).stream()
        .filter(dependency -> dependency.kind() == Dependency.Kind.HARD)
        .map(Dependency::dependsOn)
        .filter(needed -> catalog.find(needed).filter(App::installed).isPresent())
        .toList();
  }

  private Optional<String> nodeOf(AppId app) {
    return deployments.find(app).flatMap(row -> Row.of(row).home());
  }
}

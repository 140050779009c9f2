package io.appserver.orchestrator.convergence.preview;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.Dependency;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** The apps that an app needs, and those that need it. */
@Singleton
public class Neighbours {

  private static final String NOT_INSTALLED = "not installed";

  private final AppCatalog catalog;
  private final Deployments deployments;

  @Inject
  public Neighbours(AppCatalog catalog, Deployments deployments) {
    this.catalog = catalog;
    this.deployments = deployments;
  }

  /**
   * An app that another one needs, or that needs it.
   *
   * @param kind {@code HARD} or {@code SOFT}
   * @param state of its deployment; {@code not installed} where it is not to run
   */
  public record Neighbour(String app, String kind, String state, String health) {
    boolean healthy() {
      return state.equals(DeploymentState.HEALTHY.code());
    }
  }

  /** What the app needs, in the platform's order. */
  public List<Neighbour> dependencies(AppId id) {
    return catalog.dependencies(id).stream()
        .map(dependency -> neighbour(dependency.dependsOn(), dependency.kind()))
        .toList();
  }

  /** The installed apps that need it. */
  public List<Neighbour> dependants(AppId id) {
    return catalog.dependants(id).stream()
        .map(catalog::find)
        .flatMap(Optional::stream)
        .map(dependant -> neighbour(dependant.id(), kind(dependant.id(), id)))
        .toList();
  }

  private Dependency.Kind kind(AppId dependant, AppId needed) {
    return catalog.dependencies(dependant).stream()
        .filter(dependency -> dependency.dependsOn().equals(needed))
        .map(Dependency::kind)
        .findFirst()
        .orElse(Dependency.Kind.SOFT);
  }

  Neighbour neighbour(AppId id, Dependency.Kind kind) {
    Optional<App> app = catalog.find(id);
    Optional<Deployment> row = deployments.find(id);
    boolean wanted = app.filter(App::installed).isPresent();
    return new Neighbour(
        app.map(known -> known.name().value()).orElse(id.toString()),
        kind.name(),
        wanted ? row.map(Deployment::state).orElse(DeploymentState.PENDING).code() : NOT_INSTALLED,
        row.map(deployment -> deployment.health().status().code()).orElse("unknown"));
  }

  /**
   * Why waiting for it alone does not help.
   *
   * @param here the node that the one that waits is on
   */
  Optional<String> whyNever(AppId id, Neighbour needed, String here) {
    if (needed.state().equals(NOT_INSTALLED)) {
      return Optional.of("it needs %s, which is not installed".formatted(needed.app()));
    }
    Optional<Deployment> row = deployments.find(id);
    if (row.filter(d -> d.state() == DeploymentState.FAILED).isPresent()) {
      return Optional.of(
          "it needs %s, which failed (%s)"
              .formatted(
                  needed.app(),
                  row.flatMap(deployment -> deployment.reason().code()).orElse("no reason kept")));
    }
    return row.flatMap(d -> Row.of(d).homeBut(here))
        .map(node ->
            "it needs %s on the same node, and that is on node %s".formatted(needed.app(), node));
  }
}

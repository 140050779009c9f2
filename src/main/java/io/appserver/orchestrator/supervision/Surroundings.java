package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.PlatformApps;
import io.appserver.orchestrator.container.ListedContainer;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.convergence.Identity;
import io.appserver.orchestrator.convergence.Orphan;
import io.appserver.orchestrator.convergence.Wishes;
import io.appserver.orchestrator.deployment.Deployments;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what there is to plan by. */
@Singleton
public class Surroundings {

  private final RuntimeView view;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final Wishes wishes;

  @Inject
  public Surroundings(
      RuntimeView view, AppCatalog catalog, Deployments deployments, Wishes wishes) {
    this.view = view;
    this.catalog = catalog;
    this.deployments = deployments;
    this.wishes = wishes;
  }

  /** The database's side alone: the rows are believed about containers. */
  Overview ofDatabase(Identity identity) {
    catalog.takeNote();
    return overview(identity, Optional.empty());
  }

  /**
   * Both sides.
   *
   * @throws io.appserver.orchestrator.deployment.DeploymentException if the engine does not answer
   */
  Overview whole(Identity identity) {
    catalog.takeNote();
    return overview(identity, Optional.of(view.list(identity.installation())));
  }

  /**
   * What a reconciliation would do now.
   *
   * @throws io.appserver.orchestrator.deployment.DeploymentException if the engine does not answer
   */
  public Plan plan(Identity identity) {
    return Planner.plan(whole(identity));
  }

  /** What is known of the apps on the node that the platform has no row of now. */
  List<Orphan> orphans(String node, Set<AppName> now) {
    return wishes.orphans(node, now);
  }

  /** The removal of the orphan is begun. */
  void orphanGoes(String node, AppName app) {
    wishes.orphanGoes(node, app);
  }

  private Overview overview(Identity identity, Optional<List<ListedContainer>> containers) {
    PlatformApps apps = catalog.apps();
    return new Overview(
        identity.node(),
        containers,
        apps.installed(),
        catalog.settings(),
        apps.names(),
        catalog.allDependencies(),
        deployments.all(),
        wishes.held(),
        apps.unreadable(),
        catalog.settingsDoubt());
  }
}

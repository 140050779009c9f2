package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.PlatformApps;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.operation.Orphan;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what there is to plan by. */
@Singleton
public class SnapshotReader {

  private final RuntimeView view;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final OperatorRequests requests;
  private final Transactions transactions;

  @Inject
  public SnapshotReader(
      RuntimeView view,
      AppCatalog catalog,
      Deployments deployments,
      OperatorRequests requests,
      Transactions transactions) {
    this.view = view;
    this.catalog = catalog;
    this.deployments = deployments;
    this.requests = requests;
    this.transactions = transactions;
  }

  /** The database's side alone, in one transaction: the rows are believed about containers. */
  NodeSnapshot ofDatabase(Identity identity) {
    try {
      return transactions.required(() -> {
        catalog.takeNote();
        return overview(identity, Optional.empty());
      });
    } catch (PlatformUnavailableException e) {
      catalog.takeNote(); // what was noted is undone with the rest, and is to be remembered
      throw e;
    }
  }

  /**
   * Both sides.
   *
   * @throws io.appserver.orchestrator.failure.DeploymentException if the engine does not answer
   */
  NodeSnapshot whole(Identity identity) {
    catalog.takeNote();
    Optional<List<ListedContainer>> containers = Optional.of(view.list(identity.installation()));
    return transactions.required(() -> overview(identity, containers));
  }

  /**
   * What a reconciliation would do now.
   *
   * @throws io.appserver.orchestrator.failure.DeploymentException if the engine does not answer
   */
  public Plan plan(Identity identity) {
    return Planner.plan(whole(identity));
  }

  /** What is known of the apps on the node that the platform has no row of now. */
  List<Orphan> orphans(String node, Set<AppName> now) {
    return requests.orphans(node, now);
  }

  /** The removal of the orphan is begun. */
  void orphanGoes(String node, AppName app) {
    requests.orphanGoes(node, app);
  }

  private NodeSnapshot overview(Identity identity, Optional<List<ListedContainer>> containers) {
    PlatformApps apps = catalog.apps();
    return new NodeSnapshot(
        identity.node(),
        containers,
        apps.installed(),
        catalog.settings(),
        apps.names(),
        catalog.allDependencies(),
        deployments.all(),
        requests.held(),
        apps.unreadable(),
        catalog.settingsDoubt());
  }
}

package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Optional;

/** What is deployed of the apps that operators name, and where. */
@Singleton
final class DeployedApps {

  private final Deployments deployments;
  private final AppCatalog catalog;
  private final Provider<Identity> identity;

  @Inject
  DeployedApps(Deployments deployments, AppCatalog catalog, Provider<Identity> identity) {
    this.deployments = deployments;
    this.catalog = catalog;
    this.identity = identity;
  }

  /** The app's deployment that counts, unless it is stopped and has no data. */
  Optional<Deployment> active(AppName app) {
    return Deployments.current(deployments.named(app), catalog.find(app).map(App::id))
        .filter(d -> d.state() != DeploymentState.STOPPED || d.place().volume().isPresent());
  }

  /** Where it is, or will be. */
  String nodeOf(App installed) {
    return deployments
        .find(installed.id())
        .flatMap(row -> row.place().node())
        .orElse(identity.get().node());
  }

  /** Whether the app whose data it is is installed, and on that node, or about to be there. */
  boolean isInUse(DataVolume volume) {
    return catalog
        .find(volume.appId())
        .filter(App::installed)
        .filter(app -> nodeOf(app).equals(volume.node()))
        .isPresent();
  }
}

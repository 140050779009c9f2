package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.HistoryEntry;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What operators asked for, in the history of the apps. */
@Singleton
final class OperatorHistory {

  private final Deployments deployments;
  private final DeployedApps deployed;
  private final Provider<Identity> identity;

  @Inject
  OperatorHistory(Deployments deployments, DeployedApps deployed, Provider<Identity> identity) {
    this.deployments = deployments;
    this.deployed = deployed;
    this.identity = identity;
  }

  void note(AppName app, String actor, Cause cause, String message) {
    Optional<Deployment> deployment = deployed.active(app);
    append(app, actor, cause, deployment, deployment.map(Deployment::state), message);
  }

  /**
   * What was done to the deployment at once.
   *
   * @param from its state before
   */
  void note(
      AppName app,
      String actor,
      Cause cause,
      Deployment deployment,
      DeploymentState from,
      String message) {
    append(app, actor, cause, Optional.of(deployment), Optional.of(from), message);
  }

  private void append(
      AppName app,
      String actor,
      Cause cause,
      Optional<Deployment> deployment,
      Optional<DeploymentState> from,
      String message) {
    deployments.append(
        List.of(
            new HistoryEntry(
                deployment.map(Deployment::appId),
                app,
                identity.get().node(),
                actor,
                cause.word(),
                from,
                deployment.map(Deployment::state),
                Optional.empty(),
                message,
                Map.of(),
                0)));
  }
}

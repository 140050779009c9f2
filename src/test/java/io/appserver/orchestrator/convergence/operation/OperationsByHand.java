package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.convergence.ConvergenceByHand.Stores;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.work.Identity;
import jakarta.inject.Provider;

/** The operations without a server: put together as CDI does it there. */
public final class OperationsByHand {

  private OperationsByHand() {}

  public static Operations of(
      Stores stores, Nodes nodes, Signals signals, Provider<Identity> identity) {
    var deployed = new DeployedApps(stores.deployments(), stores.catalog(), identity);
    var preconditions =
        new Preconditions(
            stores.requests(), nodes, stores.deployments(), stores.volumes(), stores.catalog());
    var history = new OperatorHistory(stores.deployments(), deployed, identity);
    return new Operations(
        stores.transactions(),
        new RunOperations(signals, stores.requests(), deployed, preconditions, history),
        new VolumeOperations(stores.volumes(), stores.work(), deployed, preconditions, history),
        new NodeRetirement(nodes, stores.deployments(), stores.work(), preconditions, history),
        new OrphanApproval(stores.catalog(), stores.requests(), history, identity),
        history);
  }
}

package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.dependency.NodeChoice;
import io.appserver.orchestrator.convergence.look.Aims;
import io.appserver.orchestrator.convergence.look.BlindLook;
import io.appserver.orchestrator.convergence.look.Gather;
import io.appserver.orchestrator.convergence.look.Holding;
import io.appserver.orchestrator.convergence.look.Placement;
import io.appserver.orchestrator.convergence.look.Purge;
import io.appserver.orchestrator.convergence.look.Reconciler;
import io.appserver.orchestrator.convergence.look.Removal;
import io.appserver.orchestrator.convergence.look.UnwantedApp;
import io.appserver.orchestrator.convergence.look.WantedApp;
import io.appserver.orchestrator.convergence.look.WantedRow;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Unfinished;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import java.time.Clock;

/** Puts together who looks at apps, once it is known which node that is. */
record Reconciling(
    Transactions transactions,
    AppCatalog catalog,
    Deployments deployments,
    Volumes volumes,
    OperatorRequests requests,
    DeploymentWriter writer,
    Clock clock) {

  Aims aims() {
    return new Aims(catalog, requests);
  }

  Reconciler reconciler(
      String node, NodeChoice nodes, WorkloadControl control, Dependencies dependencies) {
    var placement = new Placement(node, nodes, requests, writer, control, clock);
    var purge = new Purge(node, volumes, deployments, writer, new Unfinished(), control, clock);
    var removal = new Removal(control, dependencies, requests, writer, clock);
    return new Reconciler(
        control,
        new Gather(node, transactions, catalog, deployments, requests, control),
        new WantedApp(
            placement,
            purge,
            new WantedRow(node, clock),
            new Holding(control, dependencies, clock),
            writer,
            control),
        new UnwantedApp(catalog, removal, placement, purge),
        placement,
        new BlindLook(catalog, deployments, writer, clock));
  }
}

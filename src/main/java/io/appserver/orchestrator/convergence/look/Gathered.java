package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.convergence.decide.Facts;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an app at the beginning of a look: the facts to decide by, and what is acted on.
 *
 * @param app as the platform has it; empty if it has no such app
 * @param rows those that bear the app's name, on whatever node
 * @param own the app's own row, whatever name it bears
 * @param owned the app's containers that are ours
 */
record Gathered(
    Facts facts,
    Optional<App> app,
    List<Deployment> rows,
    Optional<Deployment> own,
    OperatorRequest request,
    List<ObservedContainer> owned) {

  /** The rows of what this node has, or may have. */
  List<Deployment> here() {
    return rows.stream().filter(row -> facts.elsewhere(Row.of(row)).isEmpty()).toList();
  }

  /** The rows of what this node has of apps that bore the name under another id. */
  List<Deployment> predecessors(AppId id) {
    return here().stream()
        .filter(row -> !row.appId().equals(id) && row.state() != DeploymentState.STOPPED)
        .toList();
  }

  /** The containers that were not made for the app with that id. */
  List<ObservedContainer> ownedByOthers(AppId id) {
    return owned.stream()
        .filter(container ->
            ContainerLabels.read(container.labels())
                .filter(labels -> labels.appId().equals(id))
                .isEmpty())
        .toList();
  }
}

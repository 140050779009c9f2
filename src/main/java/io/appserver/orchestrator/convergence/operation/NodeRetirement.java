package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Gives up nodes that do not come back. */
@Singleton
final class NodeRetirement {

  private final Nodes nodes;
  private final Deployments deployments;
  private final WorkStore work;
  private final Preconditions preconditions;
  private final OperatorHistory history;

  @Inject
  NodeRetirement(
      Nodes nodes,
      Deployments deployments,
      WorkStore work,
      Preconditions preconditions,
      OperatorHistory history) {
    this.nodes = nodes;
    this.deployments = deployments;
    this.work = work;
    this.preconditions = preconditions;
    this.history = history;
  }

  /** As {@link Operations#retire}, in the present transaction. */
  List<AppName> retire(String node, String target, String actor) {
    Node old = preconditions.requireNode(node);
    Node taker = preconditions.requireNode(target);
    if (node.equals(target)) {
      throw new OperationRefusedException("a node cannot take over from itself");
    }
    if (old.alive()) {
      throw new OperationRefusedException(
          "node %s is alive, it was seen at %s; move its apps, or stop its orchestrator first"
              .formatted(node, old.seenAt()));
    }
    Preconditions.requireTaker(taker);
    nodes.retire(node);
    List<AppName> apps =
        deployments.all().stream()
            .filter(deployment -> deployment.place().node().filter(node::equals).isPresent())
            .flatMap(deployment -> handOver(deployment, node, target, actor).stream())
            .distinct()
            .sorted()
            .toList();
    readdressEvents(node, target);
    return apps;
  }

  /** What a retired node has taken and not done is done where the app is now. */
  private void readdressEvents(String node, String target) {
    for (Nodes.OpenEvent event : nodes.openEvents(node)) {
      Cause cause = event.installed() ? Cause.INSTALLED : Cause.UNINSTALLED;
      nodes.readdress(node, event, work.signal(target, event.app(), cause));
    }
    nodes.readdress(node, target);
  }

  /** From the first moment it is the other node's alone: no third one may take it for its own. */
  private Optional<AppName> handOver(
      Deployment deployment, String node, String target, String actor) {
    Optional<AppName> name = deployment.appName();
    name.ifPresent(app -> {
      DeploymentState from = deployment.standing().lastWrittenState().orElse(deployment.state());
      if (deployment.state() != DeploymentState.STOPPED) {
        deployment.pending();
        deployment.renew();
      }
      deployment.moveTo(target);
      Deployment moved = deployments.save(deployment, work.now());
      work.signalAt(target, app, Cause.MOVED);
      history.note(
          app,
          actor,
          Cause.MOVED,
          moved,
          from,
          "node %s was retired; goes to node %s".formatted(node, target));
    });
    return name;
  }
}

package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Volumes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What must be so before something is done that an operator asks for; else it is refused. */
@Singleton
final class Preconditions {

  private final OperatorRequests requests;
  private final Nodes nodes;
  private final Deployments deployments;
  private final Volumes volumes;
  private final AppCatalog catalog;

  @Inject
  Preconditions(
      OperatorRequests requests,
      Nodes nodes,
      Deployments deployments,
      Volumes volumes,
      AppCatalog catalog) {
    this.requests = requests;
    this.nodes = nodes;
    this.deployments = deployments;
    this.volumes = volumes;
    this.catalog = catalog;
  }

  void requireKnown(AppName app) {
    if (catalog.find(app).isEmpty()
        && deployments.named(app).isEmpty()
        && volumes.of(app).isEmpty()) {
      throw new OperationRefusedException("there is no app " + app);
    }
  }

  App requireInstalled(AppName app) {
    requireKnown(app);
    return catalog
        .find(app)
        .filter(App::installed)
        .orElseThrow(() -> new OperationRefusedException("%s is not installed".formatted(app)));
  }

  void requireRunnable(AppName app) {
    requireInstalled(app);
    requests
        .of(app)
        .held()
        .ifPresent(why -> {
          throw new OperationRefusedException("%s is %s; release it first".formatted(app, why));
        });
  }

  Node requireNode(String name) {
    return nodes.all().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new OperationRefusedException("there is no node " + name));
  }

  static void requireTaker(Node node) {
    if (node.retired()) {
      throw new OperationRefusedException(
          "node %s was retired; start its orchestrator again before it is given apps"
              .formatted(node.name()));
    }
    if (!node.alive()) {
      throw new OperationRefusedException(
          "node %s is not alive, it was last seen at %s; start its orchestrator, or name another node"
              .formatted(node.name(), node.seenAt()));
    }
  }

  /**
   * @param node where it is; needed if there are several of that name
   */
  DataVolume requireVolume(AppName app, String name, Optional<String> node) {
    List<DataVolume> named =
        volumes.of(app).stream()
            .filter(volume -> volume.name().equals(name))
            .filter(volume -> node.filter(wanted -> !wanted.equals(volume.node())).isEmpty())
            .toList();
    if (named.isEmpty()) {
      throw new OperationRefusedException(
          "%s has no data volume %s%s"
              .formatted(app, name, node.map(where -> " on node " + where).orElse("")));
    }
    if (named.size() > 1) {
      throw new OperationRefusedException(
          "%s has a data volume %s on each of the nodes %s; say which node"
              .formatted(
                  app,
                  name,
                  named.stream().map(DataVolume::node).collect(Collectors.joining(", "))));
    }
    return named.getFirst();
  }
}

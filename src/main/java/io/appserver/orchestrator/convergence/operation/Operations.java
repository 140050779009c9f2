package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.HistoryEntry;
import io.appserver.orchestrator.deployment.Volumes;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What an operator may ask for. Each is kept with the actor's name in the app's history, and done
 * by the app's next look, at once. Asking twice does no harm.
 */
@Singleton
public class Operations {

  private final Transactions transactions;
  private final Signals signals;
  private final WorkStore work;
  private final OperatorRequests requests;
  private final Nodes nodes;
  private final Deployments deployments;
  private final Volumes volumes;
  private final AppCatalog catalog;
  private final Provider<Identity> identity;

  @Inject
  public Operations(
      Transactions transactions,
      Signals signals,
      WorkStore work,
      OperatorRequests requests,
      Nodes nodes,
      Deployments deployments,
      Volumes volumes,
      AppCatalog catalog,
      Provider<Identity> identity) {
    this.transactions = transactions;
    this.signals = signals;
    this.work = work;
    this.requests = requests;
    this.nodes = nodes;
    this.deployments = deployments;
    this.volumes = volumes;
    this.catalog = catalog;
    this.identity = identity;
  }

  /**
   * Stops the app and keeps it stopped, whatever happens, until it is released or uninstalled.
   *
   * @param reason for who wonders later; may be empty
   * @throws OperationRefusedException unless the app is installed
   */
  public void hold(AppName app, String actor, String reason) {
    transactions.required(() -> {
      requireInstalled(app);
      requests.hold(app, actor, reason);
      return ask(app, actor, Cause.HOLD, reason.isEmpty() ? "to be held" : "to be held: " + reason);
    });
  }

  /**
   * Lets a held app run again.
   *
   * @return whether it was held
   */
  public boolean release(AppName app, String actor) {
    return transactions.required(() -> {
      boolean held = requests.release(app);
      if (held) {
        ask(app, actor, Cause.RELEASE, "released");
      }
      return held;
    });
  }

  /**
   * Starts the app's container again; one that failed is deployed anew.
   *
   * @throws OperationRefusedException unless the app is installed and not held
   */
  public void restart(AppName app, String actor) {
    transactions.required(() -> {
      requireRunnable(app);
      return ask(app, actor, Cause.RESTART, "to be restarted");
    });
  }

  /**
   * Pulls what the image's tag means now and replaces the container, with the way back if that does
   * not become healthy.
   *
   * @throws OperationRefusedException unless the app is installed and not held
   */
  public void redeploy(AppName app, String actor) {
    transactions.required(() -> {
      requireRunnable(app);
      return ask(app, actor, Cause.REDEPLOY, "to be deployed anew");
    });
  }

  /**
   * Takes the app from its node to another; to the one where it is, if it is to stay after all.
   *
   * @param leaveData that its data volume may stay behind
   * @throws OperationRefusedException unless the app is installed; if the node could not take it;
   *     or if the app has data and may not leave it
   */
  public void move(AppName app, String target, boolean leaveData, String actor) {
    transactions.required(() -> {
      requireInstalled(app);
      Node taker = requireNode(target);
      Optional<Deployment> active = active(app);
      if (active.flatMap(Deployment::node).filter(target::equals).isPresent()) {
        return stay(app, target, actor);
      }
      requireTaker(taker);
      Optional<String> volume = active.flatMap(Deployment::volume);
      if (volume.isPresent() && !leaveData) {
        throw new OperationRefusedException(
            "%s has the data volume %s on node %s, which would stay there; move it with its data left behind, or copy the data first"
                .formatted(app, volume.get(), active.flatMap(Deployment::node).orElse("?")));
      }
      requests.move(app, target, actor);
      return ask(app, actor, Cause.MOVED, "to be moved to node " + target);
    });
  }

  /** As {@link #purge(AppName, String, Optional, String)}, of a volume of which there is one. */
  public void purge(AppName app, String volume, String actor) {
    purge(app, volume, Optional.empty(), actor);
  }

  /**
   * Has a volume removed, for good, with the data of an app that does not run there any more.
   *
   * @param volume its name, so that nobody means another one
   * @param node where it is; needed if there are several of that name
   * @throws OperationRefusedException if there is no such app; if the app that has the data is
   *     installed there; if there is no such volume, or more than one
   */
  public void purge(AppName app, String volume, Optional<String> node, String actor) {
    transactions.required(() -> {
      requireKnown(app);
      DataVolume wanted = requireVolume(app, volume, node);
      if (isInUse(wanted)) {
        throw new OperationRefusedException(
            "%s is installed, and its data is its own; uninstall it first".formatted(app));
      }
      volumes.purge(wanted, actor);
      Signals.Signal signal = work.signalAt(wanted.node(), app, Cause.PURGE);
      note(app, actor, Cause.PURGE, "its data volume %s is to be removed".formatted(volume));
      return signal;
    });
  }

  /**
   * Gives a volume with another app's data to the app that is installed now under that name.
   *
   * @throws OperationRefusedException unless the app is installed; if there is no such volume on
   *     its node; if the data is its own already
   */
  public void keepData(AppName app, String volume, String actor) {
    transactions.required(() -> {
      requireInstalled(app);
      App installed = catalog.find(app).orElseThrow();
      DataVolume kept = requireVolume(app, volume, Optional.of(nodeOf(installed)));
      if (kept.appId().equals(installed.id())) {
        throw new OperationRefusedException(
            "the data in %s is %s's own already".formatted(volume, app));
      }
      volumes.give(kept.node(), kept.name(), installed.id());
      Signals.Signal signal = work.signalAt(kept.node(), app, Cause.KEEP_DATA);
      note(
          app,
          actor,
          Cause.KEEP_DATA,
          "gets the data in the volume %s, which was of the app with the id %s"
              .formatted(volume, kept.appId()));
      return signal;
    });
  }

  private String nodeOf(App installed) {
    return deployments.find(installed.id()).flatMap(Deployment::node).orElse(identity.get().node());
  }

  private DataVolume requireVolume(AppName app, String name, Optional<String> node) {
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

  /** Whether the app whose data it is is installed, and on that node, or about to be there. */
  private boolean isInUse(DataVolume volume) {
    return catalog
        .find(volume.appId())
        .filter(App::installed)
        .filter(app -> nodeOf(app).equals(volume.node()))
        .isPresent();
  }

  /**
   * Lets apps go that the platform has no row of, however many they are: at the next
   * reconciliation.
   *
   * @throws OperationRefusedException if the platform has a row of one of them
   */
  public void removeOrphans(List<AppName> apps, String actor) {
    transactions.required(() -> {
      for (AppName app : apps) {
        if (catalog.find(app).isPresent()) {
          throw new OperationRefusedException(
              "the platform has an app %s; uninstall it there instead".formatted(app));
        }
        requests.allowOrphan(identity.get().node(), app, actor);
        note(app, actor, Cause.ORPHAN, "may be removed, though the platform has no such app");
      }
      return true;
    });
  }

  private Signals.Signal stay(AppName app, String node, String actor) {
    if (!requests.stay(app)) {
      throw new OperationRefusedException("%s is on node %s already".formatted(app, node));
    }
    return ask(app, actor, Cause.MOVED, "to stay on node " + node);
  }

  /**
   * Gives up a node that does not come back: its apps start on the other one, without the data they
   * had. Should it come back all the same, what it still runs of them is removed there.
   *
   * @return the apps that were on it
   * @throws OperationRefusedException if there is no such node, or it is alive; if the other could
   *     not take its apps
   */
  public List<AppName> retire(String node, String target, String actor) {
    return transactions.required(() -> {
      Node old = requireNode(node);
      Node taker = requireNode(target);
      if (node.equals(target)) {
        throw new OperationRefusedException("a node cannot take over from itself");
      }
      if (old.alive()) {
        throw new OperationRefusedException(
            "node %s is alive, it was seen at %s; move its apps, or stop its orchestrator first"
                .formatted(node, old.seenAt()));
      }
      requireTaker(taker);
      nodes.retire(node);
      List<AppName> apps =
          deployments.all().stream()
              .filter(deployment -> deployment.node().filter(node::equals).isPresent())
              .flatMap(deployment -> handOver(deployment, node, target, actor).stream())
              .distinct()
              .sorted()
              .toList();
      readdressEvents(node, target);
      return apps;
    });
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
    Optional<AppName> name = AppName.parse(deployment.appName());
    name.ifPresent(app -> {
      DeploymentState from = deployment.lastWrittenState().orElse(deployment.state());
      if (deployment.state() != DeploymentState.STOPPED) {
        deployment.pending();
        deployment.renew();
      }
      deployment.moveTo(target);
      Deployment moved = deployments.save(deployment, work.now());
      work.signalAt(target, app, Cause.MOVED);
      note(
          app,
          actor,
          Cause.MOVED,
          Optional.of(moved),
          Optional.of(from),
          "node %s was retired; goes to node %s".formatted(node, target));
    });
    return name;
  }

  /** Keeps with the app what an operator did with a message about it. */
  public void deadLetter(AppName app, String actor, String what) {
    transactions.required(() -> {
      note(app, actor, Cause.DEAD_LETTER, what);
      return true;
    });
  }

  private static void requireTaker(Node node) {
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

  private Node requireNode(String name) {
    return nodes.all().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new OperationRefusedException("there is no node " + name));
  }

  private void requireKnown(AppName app) {
    if (catalog.find(app).isEmpty()
        && deployments.named(app).isEmpty()
        && volumes.of(app).isEmpty()) {
      throw new OperationRefusedException("there is no app " + app);
    }
  }

  private void requireInstalled(AppName app) {
    requireKnown(app);
    if (catalog.find(app).filter(App::installed).isEmpty()) {
      throw new OperationRefusedException("%s is not installed".formatted(app));
    }
  }

  private void requireRunnable(AppName app) {
    requireInstalled(app);
    requests
        .of(app)
        .held()
        .ifPresent(why -> {
          throw new OperationRefusedException("%s is %s; release it first".formatted(app, why));
        });
  }

  private Optional<Deployment> active(AppName app) {
    return Deployments.current(deployments.named(app), catalog.find(app).map(App::id))
        .filter(d -> d.state() != DeploymentState.STOPPED || d.volume().isPresent());
  }

  private Signals.Signal ask(AppName app, String actor, Cause cause, String message) {
    Signals.Signal signal = signals.signal(app, cause);
    note(app, actor, cause, message);
    return signal;
  }

  private void note(AppName app, String actor, Cause cause, String message) {
    Optional<Deployment> deployment = active(app);
    note(app, actor, cause, deployment, deployment.map(Deployment::state), message);
  }

  private void note(
      AppName app,
      String actor,
      Cause cause,
      Optional<Deployment> deployment,
      Optional<DeploymentState> from,
      String message) {
    deployments.append(
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
            0));
  }
}

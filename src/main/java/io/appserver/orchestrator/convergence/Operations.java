package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
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

/**
 * What an operator may ask for. Each is kept with the actor's name in the app's history, and done
 * by the app's next look, at once. Asking twice does no harm.
 */
@Singleton
public class Operations {

  private final Transactions transactions;
  private final Signals signals;
  private final WorkStore work;
  private final Wishes wishes;
  private final Nodes nodes;
  private final Deployments deployments;
  private final AppCatalog catalog;
  private final Provider<Identity> identity;

  @Inject
  public Operations(
      Transactions transactions,
      Signals signals,
      WorkStore work,
      Wishes wishes,
      Nodes nodes,
      Deployments deployments,
      AppCatalog catalog,
      Provider<Identity> identity) {
    this.transactions = transactions;
    this.signals = signals;
    this.work = work;
    this.wishes = wishes;
    this.nodes = nodes;
    this.deployments = deployments;
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
      wishes.hold(app, actor, reason);
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
      boolean held = wishes.release(app);
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
      wishes.move(app, target, actor);
      return ask(app, actor, Cause.MOVED, "to be moved to node " + target);
    });
  }

  /**
   * Has the data volume of an app that does not run any more removed, for good.
   *
   * @param volume its name, so that nobody means another one
   * @throws OperationRefusedException if there is no such app; if it is installed; if it has no
   *     such volume
   */
  public void purge(AppName app, String volume, String actor) {
    transactions.required(() -> {
      requireKnown(app);
      if (catalog.find(app).filter(App::installed).isPresent()) {
        throw new OperationRefusedException(
            "%s is installed, and its data is its own; uninstall it first".formatted(app));
      }
      Deployment owner =
          deployments.named(app).stream()
              .filter(deployment -> deployment.volume().filter(volume::equals).isPresent())
              .findFirst()
              .orElseThrow(() ->
                  new OperationRefusedException("%s has no data volume %s".formatted(app, volume)));
      wishes.purge(app, volume, actor);
      String node = owner.node().orElse(identity.get().node());
      Signals.Signal signal = work.signalAt(node, app, Cause.PURGE);
      note(app, actor, Cause.PURGE, "its data volume %s is to be removed".formatted(volume));
      return signal;
    });
  }

  private Signals.Signal stay(AppName app, String node, String actor) {
    if (!wishes.stay(app)) {
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
      return deployments.all().stream()
          .filter(deployment -> deployment.node().filter(node::equals).isPresent())
          .flatMap(deployment -> handOver(deployment, node, target, actor).stream())
          .distinct()
          .sorted()
          .toList();
    });
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
      Deployment moved = deployments.save(deployment);
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
    if (catalog.find(app).isEmpty() && deployments.named(app).isEmpty()) {
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
    wishes
        .of(app)
        .held()
        .ifPresent(why -> {
          throw new OperationRefusedException("%s is %s; release it first".formatted(app, why));
        });
  }

  private Optional<Deployment> active(AppName app) {
    return deployments.named(app).stream()
        .filter(d -> d.state() != DeploymentState.STOPPED || d.volume().isPresent())
        .findFirst();
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

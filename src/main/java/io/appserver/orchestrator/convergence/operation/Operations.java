package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.Place;
import io.appserver.orchestrator.deployment.Volumes;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * What an operator may ask for. Each is kept with the actor's name in the app's history, and done
 * by the app's next look, at once. Asking twice does no harm.
 */
@Singleton
public class Operations {

  private final Transactions transactions;
  private final Signals signals;
  private final OperatorRequests requests;
  private final AppCatalog catalog;
  private final Provider<Identity> identity;
  private final DeployedApps deployed;
  private final Preconditions preconditions;
  private final OperatorHistory history;
  private final VolumeOperations volumeOperations;
  private final NodeRetirement nodeRetirement;

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
    this.requests = requests;
    this.catalog = catalog;
    this.identity = identity;
    this.deployed = new DeployedApps(deployments, catalog, identity);
    this.preconditions = new Preconditions(requests, nodes, deployments, volumes, catalog);
    this.history = new OperatorHistory(deployments, deployed, identity);
    this.volumeOperations = new VolumeOperations(volumes, work, deployed, preconditions, history);
    this.nodeRetirement = new NodeRetirement(nodes, deployments, work, preconditions, history);
  }

  /**
   * Stops the app and keeps it stopped, whatever happens, until it is released or uninstalled.
   *
   * @param reason for who wonders later; may be empty
   * @throws OperationRefusedException unless the app is installed
   */
  public void hold(AppName app, String actor, String reason) {
    transactions.required(() -> {
      preconditions.requireInstalled(app);
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
      preconditions.requireRunnable(app);
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
      preconditions.requireRunnable(app);
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
      preconditions.requireInstalled(app);
      Node taker = preconditions.requireNode(target);
      Optional<Place> place = deployed.active(app).map(Deployment::place);
      if (place.flatMap(Place::node).filter(target::equals).isPresent()) {
        return stay(app, target, actor);
      }
      Preconditions.requireTaker(taker);
      Optional<String> volume = place.flatMap(Place::volume);
      if (volume.isPresent() && !leaveData) {
        throw new OperationRefusedException(
            "%s has the data volume %s on node %s, which would stay there; move it with its data left behind, or copy the data first"
                .formatted(app, volume.get(), place.flatMap(Place::node).orElse("?")));
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
    transactions.required(() -> volumeOperations.purge(app, volume, node, actor));
  }

  /**
   * Gives a volume with another app's data to the app that is installed now under that name.
   *
   * @throws OperationRefusedException unless the app is installed; if there is no such volume on
   *     its node; if the data is its own already
   */
  public void keepData(AppName app, String volume, String actor) {
    transactions.required(() -> volumeOperations.keepData(app, volume, actor));
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
        history.note(
            app, actor, Cause.ORPHAN, "may be removed, though the platform has no such app");
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
    return transactions.required(() -> nodeRetirement.retire(node, target, actor));
  }

  /** Keeps with the app what an operator did with a message about it. */
  public void deadLetter(AppName app, String actor, String what) {
    transactions.required(() -> {
      history.note(app, actor, Cause.DEAD_LETTER, what);
      return true;
    });
  }

  private Signals.Signal ask(AppName app, String actor, Cause cause, String message) {
    Signals.Signal signal = signals.signal(app, cause);
    history.note(app, actor, cause, message);
    return signal;
  }
}

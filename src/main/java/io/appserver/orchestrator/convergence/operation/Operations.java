package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Transactions;
import jakarta.inject.Inject;
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
  private final RunOperations runs;
  private final VolumeOperations volumes;
  private final NodeRetirement nodes;
  private final OrphanApproval orphans;
  private final OperatorHistory history;

  @Inject
  Operations(
      Transactions transactions,
      RunOperations runs,
      VolumeOperations volumes,
      NodeRetirement nodes,
      OrphanApproval orphans,
      OperatorHistory history) {
    this.transactions = transactions;
    this.runs = runs;
    this.volumes = volumes;
    this.nodes = nodes;
    this.orphans = orphans;
    this.history = history;
  }

  /**
   * Stops the app and keeps it stopped, whatever happens, until it is released or uninstalled.
   *
   * @param reason for who wonders later; may be empty
   * @throws OperationRefusedException unless the app is installed
   */
  public void hold(AppName app, String actor, String reason) {
    transactions.required(() -> runs.hold(app, actor, reason));
  }

  /**
   * Lets a held app run again.
   *
   * @return whether it was held
   */
  public boolean release(AppName app, String actor) {
    return transactions.required(() -> runs.release(app, actor));
  }

  /**
   * Starts the app's container again; one that failed is deployed anew.
   *
   * @throws OperationRefusedException unless the app is installed and not held
   */
  public void restart(AppName app, String actor) {
    transactions.required(() -> runs.restart(app, actor));
  }

  /**
   * Pulls what the image's tag means now and replaces the container, with the way back if that does
   * not become healthy.
   *
   * @throws OperationRefusedException unless the app is installed and not held
   */
  public void redeploy(AppName app, String actor) {
    transactions.required(() -> runs.redeploy(app, actor));
  }

  /**
   * Takes the app from its node to another; to the one where it is, if it is to stay after all.
   *
   * @param leaveData that its data volume may stay behind
   * @throws OperationRefusedException unless the app is installed; if the node could not take it;
   *     or if the app has data and may not leave it
   */
  public void move(AppName app, String target, boolean leaveData, String actor) {
    transactions.required(() -> runs.move(app, target, leaveData, actor));
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
    transactions.required(() -> volumes.purge(app, volume, node, actor));
  }

  /**
   * Gives a volume with another app's data to the app that is installed now under that name.
   *
   * @throws OperationRefusedException unless the app is installed; if there is no such volume on
   *     its node; if the data is its own already
   */
  public void keepData(AppName app, String volume, String actor) {
    transactions.required(() -> volumes.keepData(app, volume, actor));
  }

  /**
   * Lets apps go that the platform has no row of, however many they are: at the next
   * reconciliation.
   *
   * @throws OperationRefusedException if the platform has a row of one of them
   */
  public void removeOrphans(List<AppName> apps, String actor) {
    transactions.required(() -> {
      orphans.allow(apps, actor);
      return true;
    });
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
    return transactions.required(() -> nodes.retire(node, target, actor));
  }

  /** Keeps with the app what an operator did with a message about it. */
  public void deadLetter(AppName app, String actor, String what) {
    transactions.required(() -> {
      history.note(app, actor, Cause.DEAD_LETTER, what);
      return true;
    });
  }
}

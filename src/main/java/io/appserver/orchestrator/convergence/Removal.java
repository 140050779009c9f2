package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An app that should not run: stop, remove, and say so. Its data volume stays. */
final class Removal {

  private final Containers containers;
  private final Dependencies dependencies;
  private final Wishes wishes;
  private final Ledger ledger;
  private final Clock clock;

  Removal(
      Containers containers, Dependencies dependencies, Wishes wishes, Ledger ledger, Clock clock) {
    this.containers = containers;
    this.dependencies = dependencies;
    this.wishes = wishes;
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * @param deployments those that should not be; of one name
   * @param owned the containers that should not be
   */
  Outcome remove(
      Run run, List<Deployment> deployments, List<ObservedContainer> owned, Look.Wanted wanted) {
    List<Deployment> active =
        new ArrayList<>(
            deployments.stream().filter(d -> d.state() != DeploymentState.STOPPED).toList());
    try {
      if (active.isEmpty() && owned.isEmpty()) {
        if (run.claim().causedBy(Cause.UNINSTALLED)) {
          ledger.note(run, Optional.empty(), "is not there, nothing to remove");
        }
        return Outcome.gone(wanted);
      }
      active.replaceAll(d ->
          d.state() == DeploymentState.STOPPING && !d.changedByHand()
              ? d
              : ledger.write(run, d, "stopping", Deployment::stopping));
      containers.removeAll(run, owned);
      if (wanted != Look.Wanted.INSTALLED && !active.isEmpty()) {
        wishes.release(run.app()); // what is installed anew begins without old wishes
        wishes.stay(run.app());
      }
      for (Deployment deployment : active) {
        ledger.write(
            run,
            deployment,
            "removed, all but its data volume, if it has one",
            Deployment::stopped);
        dependencies.signalDependants(run, deployment.appId());
      }
      return Outcome.gone(wanted);
    } catch (DeploymentException e) {
      Failure failure = e.failure();
      Duration pause = Postponement.FIRST;
      for (Deployment deployment : active) {
        pause = Postponement.write(ledger, clock, run, deployment, failure);
      }
      return new Outcome(wanted, new Look.Result.Waiting(failure), Optional.of(pause));
    }
  }
}

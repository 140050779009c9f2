package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.DeploymentState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** On which node an app is, and how it leaves one for another. */
final class Residence {

  private final Parts parts;

  Residence(Parts parts) {
    this.parts = parts;
  }

  /** Whether another node has it, or its data. */
  boolean isElsewhere(Deployment deployment) {
    boolean bound =
        deployment.state() != DeploymentState.STOPPED || deployment.volume().isPresent();
    return bound && deployment.node().filter(n -> !n.equals(parts.identity().node())).isPresent();
  }

  /**
   * Whether the app is not to leave: it is there already, or nobody would take it. A healthy app is
   * not stopped for a node that has died since it was to go there.
   */
  boolean stays(Run run, Optional<Deployment> deployment, Wish wish) {
    String target = wish.moveTo().orElseThrow();
    boolean here = target.equals(parts.identity().node());
    if (!here && wish.canMove()) {
      return false;
    }
    parts
        .ledger()
        .together(() -> {
          parts.wishes().moved(run.app(), target);
          if (!here) {
            parts
                .ledger()
                .note(run, deployment, "is not moved: node %s is not alive".formatted(target));
          }
        });
    return true;
  }

  /** Stops the app here and hands it to the other node; its data volume stays. */
  Outcome leave(
      Run run, Optional<Deployment> deployment, List<ObservedContainer> owned, String target) {
    Optional<Deployment> active = deployment.filter(d -> d.state() != DeploymentState.STOPPED);
    Optional<Deployment> leaving = deployment;
    try {
      if (active.isPresent()) {
        leaving =
            active.map(d ->
                d.state() == DeploymentState.STOPPING && !d.changedByHand()
                    ? d
                    : parts
                        .ledger()
                        .write(run, d, "leaves for node " + target, Deployment::stopping));
      }
      parts.containers().removeAll(run, owned);
    } catch (DeploymentException e) {
      Duration pause =
          leaving
              .filter(d -> d.state() != DeploymentState.STOPPED)
              .map(d -> Postponement.write(parts.ledger(), parts.clock(), run, d, e.failure()))
              .orElse(Postponement.FIRST);
      return Outcome.waiting(e.failure(), pause);
    }
    Optional<Deployment> left = leaving;
    parts
        .ledger()
        .together(() -> {
          if (parts.wishes().moved(run.app(), target)) { // else another word was given meanwhile
            left.ifPresent(d -> handOver(run, d, target));
            parts.ledger().signalAt(run, target, Cause.MOVED);
          }
        });
    return Outcome.gone(Look.Wanted.INSTALLED);
  }

  private void handOver(Run run, Deployment deployment, String target) {
    String message =
        deployment
            .volume()
            .map(volume ->
                "handed to node %s; its data volume %s stays on node %s"
                    .formatted(target, volume, parts.identity().node()))
            .orElse("handed to node " + target);
    parts
        .ledger()
        .write(
            run,
            deployment,
            message,
            moved -> {
              moved.pending();
              moved.renew();
              moved.moveTo(target);
            });
  }
}

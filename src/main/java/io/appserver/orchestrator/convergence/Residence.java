package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.DeploymentState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** On which node an app is, and how it leaves one for another. */
final class Residence {

  private static final Duration PAUSE = Duration.ofSeconds(5);

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

  /** Stops the app here and hands it to the other node; its data volume stays. */
  Outcome leave(
      Run run, Optional<Deployment> deployment, List<ObservedContainer> owned, String target) {
    if (target.equals(parts.identity().node())) {
      parts.wishes().moved(run.app());
      parts.ledger().signalAt(run, target, Cause.MOVED);
      return Outcome.gone(Look.Wanted.INSTALLED);
    }
    Optional<Deployment> active = deployment.filter(d -> d.state() != DeploymentState.STOPPED);
    try {
      active =
          active.map(
              d -> parts.ledger().write(run, d, "leaves for node " + target, Deployment::stopping));
      parts.containers().removeAll(run, owned);
    } catch (DeploymentException e) {
      Instant next = parts.clock().instant().plus(PAUSE);
      active.ifPresent(
          d -> parts.ledger().write(run, d, e.failure(), w -> w.waits(e.failure(), next)));
      return Outcome.waiting(e.failure(), PAUSE);
    }
    active.ifPresent(d ->
        parts
            .ledger()
            .write(
                run,
                d,
                d.volume()
                    .map(volume ->
                        "handed to node %s; its data volume %s stays on node %s"
                            .formatted(target, volume, parts.identity().node()))
                    .orElse("handed to node " + target),
                moved -> {
                  moved.pending();
                  moved.renew();
                  moved.moveTo(target);
                }));
    parts.wishes().moved(run.app());
    parts.ledger().signalAt(run, target, Cause.MOVED);
    return Outcome.gone(Look.Wanted.INSTALLED);
  }
}

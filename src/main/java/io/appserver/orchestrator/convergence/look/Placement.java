package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.record.Postponement;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** On which node an app is, and how it leaves one for another. */
final class Placement {

  private final Parts parts;

  Placement(Parts parts) {
    this.parts = parts;
  }

  /**
   * Whether another node has it, or its data. A container that its row counts on and that is here
   * says more than the name of a node.
   */
  boolean isElsewhere(Deployment deployment, List<ObservedContainer> owned) {
    return Row.of(deployment).homeBut(parts.identity().node()).isPresent()
        && !isFoundHere(deployment, owned);
  }

  /** Whether a container that its row counts on is here. */
  static boolean isFoundHere(Deployment deployment, List<ObservedContainer> owned) {
    return owned.stream().map(c -> c.id().value()).anyMatch(Row.of(deployment)::recorded);
  }

  /**
   * Removes what is left here of an app that another engine has. A name alone removes nothing: it
   * may be one that this engine had before.
   *
   * @param others rows of apps that had the name before, and are here
   */
  Outcome tidy(
      Run run,
      Deployment elsewhere,
      List<Deployment> others,
      List<ObservedContainer> owned,
      Removal removal) {
    if (elsewhere.node().filter(n -> parts.containers().isAnotherEngine(run, n)).isPresent()) {
      Outcome removed = removal.remove(run, others, owned, Look.Wanted.INSTALLED);
      if (removed.wakeAfter().isPresent()) {
        return removed;
      }
    }
    return Outcome.gone(Look.Wanted.INSTALLED);
  }

  /**
   * Whether the app is not to leave: it is there already, or nobody would take it. A healthy app is
   * not stopped for a node that has died since it was to go there.
   */
  boolean stays(Run run, Optional<Deployment> deployment, OperatorRequest request) {
    String target = request.moveTo().orElseThrow();
    boolean here = target.equals(parts.identity().node());
    if (!here && request.canMove()) {
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

  /**
   * Hands an app that has nothing anywhere to the node of the apps that it belongs with, or keeps
   * it here: either is written down at once, so that the next of them follows it.
   *
   * @return the end of the look, if it went
   */
  Optional<Outcome> place(Run run, App app, Optional<Deployment> own) {
    var gone = new AtomicBoolean();
    parts
        .ledger()
        .together(() -> {
          Optional<String> target = parts.containers().placement(parts.catalog()).elsewhere(app);
          if (target.isPresent()) {
            own.ifPresent(row ->
                parts
                    .ledger()
                    .write(
                        run,
                        row,
                        "goes to node %s, where the apps are that it belongs with"
                            .formatted(target.get()),
                        w -> {
                          w.pending();
                          w.moveTo(target.get());
                        }));
            parts.ledger().signalAt(run, target.get(), Cause.INSTALLED);
            gone.set(true);
          } else if (own.isEmpty()) {
            String node = parts.identity().node();
            var row = new Deployment(app.id(), app.name(), node, parts.clock().instant());
            parts.ledger().write(run, row, "wanted", Deployment::pending);
          }
        });
    return gone.get() ? Optional.of(Outcome.gone(Look.Wanted.INSTALLED)) : Optional.empty();
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

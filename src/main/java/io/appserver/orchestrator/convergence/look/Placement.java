package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.PlatformUnavailableException;
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
import java.util.concurrent.atomic.AtomicReference;

/** On which node an app is, and how it leaves one for another. */
final class Placement {

  private final Parts parts;

  Placement(Parts parts) {
    this.parts = parts;
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
   * The app is not to leave: it is there already, or nobody would take it. A healthy app is not
   * stopped for a node that has died since it was to go there.
   */
  void stays(Run run, Optional<Deployment> deployment, OperatorRequest request) {
    String target = request.moveTo().orElseThrow();
    parts
        .ledger()
        .together(() -> {
          parts.wishes().moved(run.app(), target);
          if (!target.equals(parts.identity().node())) {
            parts
                .ledger()
                .note(run, deployment, "is not moved: node %s is not alive".formatted(target));
          }
        });
  }

  /**
   * Where an app goes that had nothing anywhere.
   *
   * @param row the app's own, if it has one
   */
  record Placed(boolean isElsewhere, Optional<Deployment> row) {}

  /**
   * Hands an app that has nothing anywhere to the node of the apps that it belongs with, or keeps
   * it here: either is written down at once, so that the next of them follows it. Where it belongs
   * is not known while the dependencies cannot be read: the installation says so.
   */
  Placed place(Run run, App app, Optional<Deployment> own) {
    try {
      var placed = new AtomicReference<>(new Placed(false, own));
      parts.ledger().together(() -> placed.set(placedNow(run, app, own)));
      return placed.get();
    } catch (PlatformUnavailableException e) {
      return new Placed(false, own);
    }
  }

  private Placed placedNow(Run run, App app, Optional<Deployment> own) {
    Optional<String> target = parts.containers().placement(parts.catalog()).elsewhere(app);
    if (target.isPresent()) {
      own.ifPresent(row -> sendOff(run, row, target.get()));
      parts.ledger().signalAt(run, target.get(), Cause.INSTALLED);
      return new Placed(true, own);
    }
    if (own.isPresent()) {
      return new Placed(false, own);
    }
    String node = parts.identity().node();
    var row = new Deployment(app.id(), app.name(), node, parts.clock().instant());
    return new Placed(
        false, Optional.of(parts.ledger().write(run, row, "wanted", Deployment::pending)));
  }

  private void sendOff(Run run, Deployment row, String target) {
    parts
        .ledger()
        .write(
            run,
            row,
            "goes to node %s, where the apps are that it belongs with".formatted(target),
            w -> {
              w.pending();
              w.moveTo(target);
            });
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

package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.dependency.NodeChoice;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.operation.OperatorRequests;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.record.Postponement;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** On which node an app is, and how it leaves one for another. */
@Singleton
public final class Placement {

  private final String node;
  private final NodeChoice nodes;
  private final OperatorRequests requests;
  private final DeploymentWriter writer;
  private final WorkloadControl control;
  private final Clock clock;

  @Inject
  public Placement(
      Identity identity,
      NodeChoice nodes,
      OperatorRequests requests,
      DeploymentWriter writer,
      WorkloadControl control,
      Clock clock) {
    this.node = identity.node();
    this.nodes = nodes;
    this.requests = requests;
    this.writer = writer;
    this.control = control;
    this.clock = clock;
  }

  /**
   * Whether the node that has the app is another engine. A name alone removes nothing: it may be
   * one that this engine had before.
   */
  boolean isWithAnotherEngine(Run run, Deployment elsewhere) {
    return elsewhere
        .place()
        .node()
        .filter(name -> nodes.isAnotherEngine(run.lease(), name))
        .isPresent();
  }

  /**
   * The app is not to leave: it is there already, or nobody would take it. A healthy app is not
   * stopped for a node that has died since it was to go there.
   */
  void stays(Run run, Optional<Deployment> deployment, OperatorRequest request) {
    String target = request.moveTo().orElseThrow();
    writer.together(() -> {
      requests.moved(run.app(), target);
      if (!target.equals(node)) {
        writer.note(run, deployment, "is not moved: node %s is not alive".formatted(target));
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
      writer.together(() -> placed.set(placedNow(run, app, own)));
      return placed.get();
    } catch (PlatformUnavailableException e) {
      return new Placed(false, own);
    }
  }

  private Placed placedNow(Run run, App app, Optional<Deployment> own) {
    Optional<String> target = nodes.elsewhere(app);
    if (target.isPresent()) {
      own.ifPresent(row -> sendOff(run, row, target.get()));
      writer.signalAt(run, target.get(), Cause.INSTALLED);
      return new Placed(true, own);
    }
    if (own.isPresent()) {
      return new Placed(false, own);
    }
    var row = new Deployment(app.id(), app.name(), node, clock.instant());
    return new Placed(false, Optional.of(writer.write(run, row, "wanted", Deployment::pending)));
  }

  private void sendOff(Run run, Deployment row, String target) {
    writer.write(
        run,
        row,
        "goes to node %s, where the apps are that it belongs with".formatted(target),
        w -> {
          w.pending();
          w.moveTo(target);
        });
  }

  /** Stops the app here and hands it to the other node; its data volume stays. */
  Outcome leave(Run run, Gathered seen, String target) {
    Optional<Deployment> deployment = seen.own();
    Optional<Deployment> active = deployment.filter(d -> d.state() != DeploymentState.STOPPED);
    Optional<Deployment> leaving = deployment;
    try {
      if (active.isPresent()) {
        leaving =
            active.map(d ->
                d.state() == DeploymentState.STOPPING && !d.changedByHand()
                    ? d
                    : writer.write(run, d, "leaves for node " + target, Deployment::stopping));
      }
      control.remove(run, seen.workload());
    } catch (DeploymentException e) {
      Duration pause =
          leaving
              .filter(d -> d.state() != DeploymentState.STOPPED)
              .map(d -> Postponement.write(writer, clock, run, d, e.failure()))
              .orElse(Postponement.FIRST);
      return Outcome.waiting(e.failure(), pause);
    }
    Optional<Deployment> left = leaving;
    writer.together(() -> {
      if (requests.moved(run.app(), target)) { // else another word was given meanwhile
        left.ifPresent(d -> handOver(run, d, target));
        writer.signalAt(run, target, Cause.MOVED);
      }
    });
    return Outcome.gone(Look.Wanted.INSTALLED);
  }

  private void handOver(Run run, Deployment deployment, String target) {
    String message =
        deployment
            .place()
            .volume()
            .map(volume ->
                "handed to node %s; its data volume %s stays on node %s"
                    .formatted(target, volume, node))
            .orElse("handed to node " + target);
    writer.write(
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

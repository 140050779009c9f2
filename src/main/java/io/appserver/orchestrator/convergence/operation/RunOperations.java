package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Place;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** What operators ask for about what runs of an app, and where. */
@Singleton
final class RunOperations {

  private final Signals signals;
  private final OperatorRequests requests;
  private final DeployedApps deployed;
  private final Preconditions preconditions;
  private final OperatorHistory history;

  @Inject
  RunOperations(
      Signals signals,
      OperatorRequests requests,
      DeployedApps deployed,
      Preconditions preconditions,
      OperatorHistory history) {
    this.signals = signals;
    this.requests = requests;
    this.deployed = deployed;
    this.preconditions = preconditions;
    this.history = history;
  }

  /** As {@link Operations#hold}, in the present transaction. */
  Signals.Signal hold(AppName app, String actor, String reason) {
    preconditions.requireInstalled(app);
    requests.hold(app, actor, reason);
    return ask(app, actor, Cause.HOLD, reason.isEmpty() ? "to be held" : "to be held: " + reason);
  }

  /** As {@link Operations#release}, in the present transaction. */
  boolean release(AppName app, String actor) {
    boolean held = requests.release(app);
    if (held) {
      ask(app, actor, Cause.RELEASE, "released");
    }
    return held;
  }

  /** As {@link Operations#restart}, in the present transaction. */
  Signals.Signal restart(AppName app, String actor) {
    preconditions.requireRunnable(app);
    return ask(app, actor, Cause.RESTART, "to be restarted");
  }

  /** As {@link Operations#redeploy}, in the present transaction. */
  Signals.Signal redeploy(AppName app, String actor) {
    preconditions.requireRunnable(app);
    return ask(app, actor, Cause.REDEPLOY, "to be deployed anew");
  }

  /** As {@link Operations#move}, in the present transaction. */
  Signals.Signal move(AppName app, String target, boolean leaveData, String actor) {
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
  }

  private Signals.Signal stay(AppName app, String node, String actor) {
    if (!requests.stay(app)) {
      throw new OperationRefusedException("%s is on node %s already".formatted(app, node));
    }
    return ask(app, actor, Cause.MOVED, "to stay on node " + node);
  }

  private Signals.Signal ask(AppName app, String actor, Cause cause, String message) {
    Signals.Signal signal = signals.signal(app, cause);
    history.note(app, actor, cause, message);
    return signal;
  }
}

package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/** The row of an app that should run here: made, or put right where it says otherwise. */
@Singleton
public final class WantedRow {

  private final String node;
  private final Clock clock;

  @Inject
  public WantedRow(Identity identity, Clock clock) {
    this.node = identity.node();
    this.clock = clock;
  }

  /** The row to begin with. */
  Deployment of(App app, Optional<Deployment> own) {
    return own.orElseGet(() -> new Deployment(app.id(), app.name(), node, clock.instant()));
  }

  /** Has the row say that the app should run here. */
  void wanted(Subject subject, Gathered seen) {
    Deployment row = subject.deployment();
    boolean isNew = row.standing().lastWrittenState().isEmpty();
    boolean elsewhere = row.place().node().filter(node::equals).isEmpty();
    boolean mustCome = elsewhere && !seen.facts().isFoundHere(Row.of(row));
    App app = subject.app();
    if (isNew || isLeaving(row) || mustCome) {
      subject.later(
          mustCome ? "wanted, on node " + node : "wanted",
          d -> {
            d.pending();
            if (mustCome) {
              d.moveTo(node);
            }
            d.belongsTo(app.name(), node);
          });
    } else if (elsewhere) {
      subject.write(
          "belongs to node %s, where its container is".formatted(node),
          d -> d.belongsTo(app.name(), node));
    } else if (!row.appName().equals(Optional.of(app.name()))) {
      subject.write("its row is its again", d -> d.belongsTo(app.name(), node));
    }
  }

  /** Not wanted when it was looked at last, be it removed to the end or not. */
  private static boolean isLeaving(Deployment deployment) {
    return switch (deployment.state()) {
      case STOPPING, STOPPED -> true;
      case PENDING, PULLING, CREATING, STARTING, HEALTHY, UNHEALTHY, RESTARTING, FAILED -> false;
    };
  }
}

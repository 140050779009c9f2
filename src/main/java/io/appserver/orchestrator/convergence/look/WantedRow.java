package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.convergence.decide.Row;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.deployment.Deployment;
import java.util.Optional;

/** The row of an app that should run here: made, or put right where it says otherwise. */
final class WantedRow {

  private final Parts parts;

  WantedRow(Parts parts) {
    this.parts = parts;
  }

  /**
   * @param own as it is stored now; empty if the app has none
   */
  Deployment of(Run run, App app, Optional<Deployment> own, Gathered seen) {
    String node = parts.identity().node();
    Deployment row =
        own.orElseGet(() -> new Deployment(app.id(), app.name(), node, parts.clock().instant()));
    boolean elsewhere = row.node().filter(node::equals).isEmpty();
    boolean mustCome = elsewhere && !seen.facts().isFoundHere(Row.of(row));
    if (own.isPresent() && !isLeaving(row) && !mustCome) {
      return elsewhere ? broughtHome(run, app, row) : named(run, app, row);
    }
    return parts
        .ledger()
        .write(
            run,
            row,
            mustCome ? "wanted, on node " + node : "wanted",
            d -> {
              d.pending();
              if (mustCome) {
                d.moveTo(node);
              }
              d.belongsTo(app.name(), node);
            });
  }

  private Deployment broughtHome(Run run, App app, Deployment own) {
    String node = parts.identity().node();
    return parts
        .ledger()
        .write(
            run,
            own,
            "belongs to node %s, where its container is".formatted(node),
            d -> d.belongsTo(app.name(), node));
  }

  private Deployment named(Run run, App app, Deployment own) {
    return own.appName().equals(app.name().value())
        ? own
        : parts
            .ledger()
            .write(
                run,
                own,
                "its row is its again",
                d -> d.belongsTo(app.name(), parts.identity().node()));
  }

  /** Not wanted when it was looked at last, be it removed to the end or not. */
  private static boolean isLeaving(Deployment deployment) {
    return switch (deployment.state()) {
      case STOPPING, STOPPED -> true;
      case PENDING, PULLING, CREATING, STARTING, HEALTHY, UNHEALTHY, RESTARTING, FAILED -> false;
    };
  }
}

package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.convergence.dependency.NodeChoice;
import io.appserver.orchestrator.convergence.operation.OperatorRequest;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.workload.Capability;
import io.appserver.orchestrator.convergence.workload.Gathered;
import io.appserver.orchestrator.convergence.workload.Steps;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.deployment.Deployment;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/** An app that should run on this node, or be held there. */
@Singleton
public final class WantedApp {

  private final Placement placement;
  private final Purge purge;
  private final WantedRow rows;
  private final Holding holding;
  private final DeploymentWriter writer;
  private final WorkloadControl control;
  private final Clock clock;

  @Inject
  public WantedApp(
      Placement placement,
      Purge purge,
      WantedRow rows,
      Holding holding,
      DeploymentWriter writer,
      WorkloadControl control,
      Clock clock) {
    this.placement = placement;
    this.purge = purge;
    this.rows = rows;
    this.holding = holding;
    this.writer = writer;
    this.control = control;
    this.clock = clock;
  }

  Outcome runs(Run run, Gathered seen) {
    App app = seen.app().orElseThrow();
    OperatorRequest request = seen.request();
    Optional<Deployment> own = seen.own();
    if (request.moveTo().isPresent()) {
      placement.stays(run, own, request);
    }
    if (isToBePlaced(seen, own)) {
      Placement.Placed placed = placement.place(run, app, own);
      if (placed.isElsewhere()) {
        return Outcome.gone(Look.Wanted.INSTALLED);
      }
      own = placed.row();
    }
    Outcome purged = Outcome.running();
    if (request.purge()) {
      purged = purge.purge(run, Optional.of(app.id()), purged);
    }
    var subject = new Subject(run, app, rows.of(app, own), writer, clock);
    rows.wanted(subject, seen);
    Outcome outcome = advance(subject, seen);
    return purged.wakeAfter().map(outcome::atLeastAfter).orElse(outcome);
  }

  private Outcome advance(Subject subject, Gathered seen) {
    try {
      Optional<String> held = seen.request().held();
      Outcome outcome =
          held.isPresent()
              ? holding.hold(subject, seen.workload(), held.get())
              : brought(subject, control.steps(subject, seen));
      return subject.with(outcome);
    } catch (PlatformUnavailableException e) {
      subject.store(); // its row is to say what it waits for
      throw e;
    }
  }

  private static Outcome brought(Subject subject, Steps steps) {
    Optional<Outcome> outcome = steps.next();
    while (outcome.isEmpty()) {
      subject.run().checkpoint();
      outcome = steps.next();
    }
    return outcome.get();
  }

  /** Nothing binds it to a node but other apps, which it reaches on their own node only. */
  private boolean isToBePlaced(Gathered seen, Optional<Deployment> own) {
    return !control.capabilities().contains(Capability.NETWORK_SPANS_NODES)
        && seen.workload().isEmpty()
        && NodeChoice.isFree(seen.rows(), own)
        && !seen.hasNoRelatives();
  }
}

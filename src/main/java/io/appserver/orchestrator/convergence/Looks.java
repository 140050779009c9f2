package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.look.Aims;
import io.appserver.orchestrator.convergence.look.Gather;
import io.appserver.orchestrator.convergence.look.Reconciler;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.record.Stage;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.DependencyOrder;
import io.appserver.orchestrator.convergence.work.FaultPoint;
import io.appserver.orchestrator.convergence.work.FenceBehindException;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.runtime.CancelledException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Looks at an app under a lease, again and again, until nothing is left to do. */
@Singleton
final class Looks {

  private static final Logger LOG = Logger.getLogger(Looks.class.getName());

  private final Identity identity;
  private final WorkStore work;
  private final DeploymentWriter writer;
  private final Reconciler reconciler;
  private final Aims aims;
  private final LeaseClock leases;
  private final TimeSource time;
  private volatile boolean stopping;

  @Inject
  Looks(
      Identity identity,
      WorkStore work,
      DeploymentWriter writer,
      Reconciler reconciler,
      Aims aims,
      LeaseClock leases,
      TimeSource time) {
    this.identity = identity;
    this.work = work;
    this.writer = writer;
    this.reconciler = reconciler;
    this.aims = aims;
    this.leases = leases;
    this.time = time;
  }

  /** None is begun any more. */
  void stop() {
    stopping = true;
  }

  /** Those who should go first come first. */
  List<AppName> inOrder(List<AppName> apps) {
    return apps.size() < 2 ? apps : DependencyOrder.of(apps, aims.softDependencies());
  }

  /**
   * The app, to be worked on.
   *
   * @param place among those who look at once
   * @param executor looks whether the app is still wanted as it was
   */
  WorkedApp at(AppName app, Run.Place place, Executor executor) {
    return new WorkedApp(app, place, aims, time, executor);
  }

  /** Does nothing if another instance has the app. */
  void work(WorkedApp app) {
    try {
      claimAndWork(app, 0);
    } catch (FenceBehindException e) {
      LOG.log(Level.WARNING, e, () -> "app_name=%s the lease is taken anew".formatted(app.name()));
      claimAndWork(app, e.seen());
    }
  }

  private void claimAndWork(WorkedApp app, long seenFence) {
    long asked = leases.now();
    Optional<Begun> begun =
        begun(() ->
            work.claim(
                identity.node(), app.name(), identity.instance(), LeaseClock.TTL, seenFence));
    if (begun.isPresent()) {
      leases.taken(begun.get().claim().lease(), asked);
      FaultPoint.pass("lease", "taken");
      try {
        lookUntilDone(app, begun.get());
      } finally {
        leases.forget(app.name());
      }
    }
  }

  /**
   * A look that begins.
   *
   * @param known what the database says of the app; empty if the look is to ask for it
   */
  private record Begun(Claim claim, Optional<Gather.Known> known) {}

  /**
   * What is known of the app is read once its signals are, in the same transaction. Tables that
   * cannot be read spoil that one: the claim is made without them, and the look says what is wrong
   * with them.
   */
  private Optional<Begun> begun(Supplier<Optional<Claim>> claim) {
    try {
      return writer.reading(() ->
          claim.get().map(taken -> new Begun(taken, Optional.of(reconciler.known(taken.lease())))));
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, "what is known of an app was not read with its claim", e);
      return claim.get().map(taken -> new Begun(taken, Optional.empty()));
    }
  }

  private void lookUntilDone(WorkedApp app, Begun first) {
    Begun begun = first;
    boolean more = true;
    while (more && goesOn(app)) {
      Claim claim = begun.claim();
      Optional<Gather.Known> known = begun.known();
      var run = new Run(claim, app.renewCancellation(), leases, app.place(), time, () -> stopping);
      app.begins(run, claim);
      if (stopping) {
        break;
      }
      try {
        var step = new Stage(Stage.Kind.LOOK, app.name()).note(Stage.CAUSES, claim.causes());
        more = writer.take(step, () -> look(run, known, app));
      } catch (CancelledException e) {
        LOG.fine(() -> "app_name=%s is looked at anew: %s".formatted(app.name(), e.getMessage()));
      }
      if (more && goesOn(app)) {
        begun = begun(() -> Optional.of(work.refresh(claim.lease()))).orElseThrow();
      }
    }
    if (more) {
      work.release(first.claim().lease()); // else it was given back with what the look came to
    }
    FaultPoint.pass("lease", "given back");
  }

  private boolean goesOn(WorkedApp app) {
    return !stopping && !app.givesWay();
  }

  /** Returns whether there is more to do. */
  private boolean look(Run run, Optional<Gather.Known> known, WorkedApp app) {
    long began = time.nanoTime();
    Outcome outcome = reconciler.look(run, known, app::aims);
    boolean more = writer.handled(run, outcome);
    var took = Duration.ofNanos(time.nanoTime() - began);
    writer.tell(observer -> observer.looked(run.app(), took, outcome.result()));
    return more;
  }
}

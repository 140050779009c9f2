package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import io.appserver.orchestrator.supervision.watch.Probes;
import io.appserver.orchestrator.supervision.watch.Verdicts;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Watches one node for as long as it is this instance's turn. Everything happens in one thread, one
 * thing after the other; what comes from elsewhere is put in a queue.
 */
@Dependent
public final class ReconcileLoop implements Verdicts {

  private static final Logger LOG = Logger.getLogger(ReconcileLoop.class.getName());

  /** How often the platform's tables are compared with the rows: a lost event is found so. */
  private static final Duration SWEEP = Duration.ofSeconds(5);

  /** How often it is seen whether the apps of a wave were looked at. */
  private static final Duration BEAT = Duration.ofMillis(200);

  private static final Duration REST_AFTER_TROUBLE = Duration.ofSeconds(1);

  private final Settings settings;
  private final ConvergenceService convergence;
  private final NodeSnapshots snapshots;
  private final ProbeTargets targets;
  private final WaitingApps waitingApps;
  private final ReconciliationLog log;
  private final TimeSource time;
  private final UnreadRows unreadRows = new UnreadRows();
  private final LoopTasks tasks = new LoopTasks(() -> want(Cause.EVENTS_CUT));
  private final Signals signals;
  private final Differences differences = new Differences();
  private final NextCause next = new NextCause();
  private final HostFailures hostFailures;
  private final OrphanRemoval orphans;
  private final EngineNews news;
  private volatile boolean stopping;
  private volatile String trouble = "";
  private @Nullable PlanExecution execution;
  private Duration reading = Duration.ZERO;
  private long sweepAt;
  private long reconcileAt;

  /**
   * @param reports is told of each reconciliation that is over
   */
  @Inject
  public ReconcileLoop(
      Settings settings,
      ConvergenceService convergence,
      NodeSnapshots snapshots,
      ProbeTargets targets,
      WaitingApps waitingApps,
      Consumer<ReconciliationReport> reports,
      TimeSource time) {
    this.settings = settings;
    this.convergence = convergence;
    this.snapshots = snapshots;
    this.targets = targets;
    this.waitingApps = waitingApps;
    this.log = new ReconciliationLog(reports);
    this.time = time;
    signals = new Signals(convergence);
    hostFailures = new HostFailures(snapshots, signals);
    orphans = new OrphanRemoval(snapshots, settings.reconciliation().orphanDryRun(), signals);
    news = new EngineNews(snapshots.installation(), targets, waitingApps, signals, tasks);
    reconcileAt = time.nanoTime() + settings.reconciliation().interval().toNanos();
    sweepAt = time.nanoTime() + SWEEP.toNanos();
  }

  /** The probes that it keeps to the apps. */
  public Probes probes() {
    return targets.probes();
  }

  /** Begins the reconciliation with what was missed since then in mind. */
  public void reconcile(Cause cause) {
    tasks.once(cause, () -> want(cause));
  }

  /** The engine told of something. */
  public void heard(EngineEvent event) {
    news.heard(event);
  }

  @Override
  public void sick(AppName app) {
    verdict(app, Cause.PROBES_FAILED);
  }

  @Override
  public void onTrial(AppName app) {
    verdict(app, Cause.TRIAL);
  }

  private void verdict(AppName app, Cause cause) {
    tasks.once(List.of(app, cause), () -> signals.send(app, cause));
  }

  @Override
  public void hostTroubleBegan() {
    suspendVerdicts(true);
    hostFailures.troubleBegan(time.clock().instant());
  }

  @Override
  public void hostTroubleEnded() {
    suspendVerdicts(false);
    hostFailures.troubleEnded();
    tasks.once(hostFailures, hostFailures::retryAfterTrouble);
  }

  /** Whoever watches next judges anew. */
  private synchronized void suspendVerdicts(boolean suspended) {
    convergence.suspendVerdicts(suspended && !stopping);
  }

  public void stop() {
    stopping = true;
    suspendVerdicts(false);
    tasks.once("stop", () -> {}); // it may be waiting for one
  }

  /** Why nothing, or not everything, is compared now; empty if that is not so. */
  public String trouble() {
    return trouble.isEmpty() ? unreadRows.trouble() : trouble;
  }

  /** Works until stopped. */
  public void run() {
    while (!stopping) {
      try {
        attempt(untilDue());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * Does the tasks that are there, or the first that comes in that time, and what is due. What goes
   * wrong is told, and made up for by the next attempt.
   */
  public void attempt(Duration atMost) throws InterruptedException {
    try {
      turn(atMost);
      if (!trouble.isEmpty()) {
        LOG.info("what should be is compared with what is again");
        trouble = "";
      }
    } catch (RuntimeException | Error e) {
      if (!stopping) {
        missed(e);
      }
    }
  }

  /** How long there is nothing to do unless a task comes. */
  private Duration untilDue() {
    if (execution != null) {
      return BEAT;
    }
    if (next.wanted().isPresent()) {
      return Duration.ZERO;
    }
    long now = time.nanoTime();
    long due = Math.min(sweepAt - now, reconcileAt - now);
    return Duration.ofNanos(Math.max(0, due)).plusMillis(1); // not a little too early
  }

  private void turn(Duration atMost) throws InterruptedException {
    Runnable task = tasks.poll(atMost);
    for (int more = tasks.size(); task != null; more--) {
      task.run();
      task = more > 0 ? tasks.poll(Duration.ZERO) : null;
    }
    goOn();
  }

  private void want(Cause cause) {
    next.want(cause, Optional.ofNullable(execution).map(PlanExecution::cause));
  }

  /** Nothing is lost by a failure: all is compared anew once that is possible. */
  private void missed(Throwable e) throws InterruptedException {
    Level first = e instanceof Error ? Level.SEVERE : Level.WARNING;
    LOG.log(
        trouble.isEmpty() ? first : Level.FINE,
        e,
        () -> "what should be could not be compared with what is; tried again: " + e);
    trouble = "what should be cannot be compared with what is: " + e.getMessage();
    execution = null;
    boolean engine =
        e instanceof DeploymentException failed && failed.code() == FailureCode.RUNTIME_UNAVAILABLE;
    want(engine ? Cause.ENGINE_BACK : Cause.INTERRUPTED);
    time.tryAcquire(new Semaphore(0), REST_AFTER_TROUBLE); // nobody rings
  }

  private void goOn() {
    hostFailures.retryAfterTrouble(); // if that could not be done when the host was well again
    long now = time.nanoTime();
    if (reconcileAt - now <= 0) {
      want(Cause.INTERVAL);
    }
    if (next.wanted().isPresent()) {
      begin(next.wanted().get());
      next.begun();
    } else if (sweepAt - now <= 0) {
      sweepAt = now + SWEEP.toNanos();
      sweep();
      signals.sendOwed();
    }
    advance();
  }

  private void begin(Cause cause) {
    long now = time.nanoTime();
    reconcileAt = now + settings.reconciliation().interval().toNanos();
    sweepAt = now + SWEEP.toNanos();
    NodeSnapshot snapshot = snapshots.whole();
    reading = Duration.ofNanos(time.nanoTime() - now);
    unreadRows.note(snapshot);
    Plan plan = Planner.plan(snapshot);
    log.begins(cause, plan);
    orphans.review(plan, snapshot);
    if (cause.equals(Cause.START_UP) || cause.equals(Cause.ENGINE_BACK)) {
      hostFailures.retryAll(snapshot);
    }
    execution = new PlanExecution(cause, plan, settings.reconciliation().timeout(), now);
    advance();
    targets.update(snapshot, plan, this::watchLater); // what needs work went first
  }

  private void watchLater() {
    tasks.once(targets, () -> targets.heed(this::watchLater));
  }

  private void advance() {
    PlanExecution now = execution;
    if (now == null) {
      return;
    }
    long nanos = time.nanoTime();
    var unhandled = convergence.unhandled();
    for (AppName app : now.next(unhandled, nanos)) {
      signals.send(app, now.causeFor(app));
    }
    if (now.isDone() || now.isOverdue(nanos)) {
      execution = null;
      log.ends(now, time.clock().instant(), now.took(nanos), reading);
    }
  }

  /** The database's side alone, often: events that were lost, rows and settings changed by hand. */
  private void sweep() {
    NodeSnapshot snapshot = snapshots.ofDatabase();
    unreadRows.note(snapshot);
    Plan plan = Planner.plan(snapshot);
    targets.update(snapshot, plan, this::watchLater);
    waitingApps.review(snapshot, answer -> tasks.once(waitingApps, answer)); // one at a time
    List<PlannedAction> lasting = differences.lasting(plan);
    if (execution != null || lasting.isEmpty()) {
      return; // a campaign's own steps are on their way
    }
    var unhandled = convergence.unhandled();
    lasting.stream()
        .filter(step -> !unhandled.contains(step.app()))
        .forEach(step -> {
          log.step(step);
          signals.send(
              step.app(),
              step.action() == Action.HEED ? Cause.ROW_CHANGED : Cause.PLATFORM_CHANGED);
        });
  }
}

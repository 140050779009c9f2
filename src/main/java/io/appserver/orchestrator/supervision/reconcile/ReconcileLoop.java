package io.appserver.orchestrator.supervision.reconcile;

import static java.util.stream.Collectors.joining;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.supervision.reconcile.PlannedAction.Action;
import io.appserver.orchestrator.supervision.watch.Verdicts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Watches one node for as long as it is this instance's turn. Everything happens in one thread, one
 * thing after the other; what comes from elsewhere is put in a queue.
 */
public final class ReconcileLoop implements Verdicts {

  private static final Logger LOG = Logger.getLogger(ReconcileLoop.class.getName());

  /** How often the platform's tables are compared with the rows: a lost event is found so. */
  private static final Duration SWEEP = Duration.ofSeconds(5);

  /** How often it is seen whether the apps of a wave were looked at. */
  private static final Duration BEAT = Duration.ofMillis(200);

  private static final Duration REST_AFTER_TROUBLE = Duration.ofSeconds(1);

  private final Settings settings;
  private final Identity identity;
  private final ConvergenceService convergence;
  private final SnapshotReader snapshots;
  private final ProbeTargets targets;
  private final WaitingApps waitingApps;
  private final Consumer<ReconciliationReport> reports;
  private final TimeSource time;
  private final Map<AppName, Cause> owed = new HashMap<>();
  private final UnreadRows unreadRows = new UnreadRows();
  private final LoopTasks tasks = new LoopTasks(() -> want(Cause.EVENTS_CUT));
  private final HostTrouble hostTrouble = new HostTrouble();
  private volatile boolean stopping;
  private volatile String trouble = "";
  private @Nullable PlanExecution execution;
  private Duration reading = Duration.ZERO;
  private @Nullable Cause wanted;
  private long sweepAt;
  private long reconcileAt;

  public ReconcileLoop(
      Settings settings,
      Identity identity,
      ConvergenceService convergence,
      SnapshotReader snapshots,
      ProbeTargets targets,
      WaitingApps waitingApps,
      Consumer<ReconciliationReport> reports,
      TimeSource time) {
    this.settings = settings;
    this.identity = identity;
    this.convergence = convergence;
    this.snapshots = snapshots;
    this.targets = targets;
    this.waitingApps = waitingApps;
    this.reports = reports;
    this.time = time;
    reconcileAt = time.nanoTime() + settings.reconciliation().interval().toNanos();
    sweepAt = time.nanoTime() + SWEEP.toNanos();
  }

  /** Begins the reconciliation with what was missed since then in mind. */
  public void reconcile(Cause cause) {
    tasks.once(cause, () -> want(cause));
  }

  /** The engine told of something. */
  public void heard(EngineEvent event) {
    switch (event.kind()) {
      case EXITED, REMOVED, PAUSED, RENAMED -> tasks.event(() -> look(event));
      case UNHEALTHY -> tasks.event(() -> ours(event, targets::unwell));
      case STARTED -> tasks.event(() -> ours(event, targets::started));
      case SPACE_FREED -> {
        // what our own containers took up, those that fail for want of space took themselves
        if (event.labels().filter(this::isOurs).isEmpty()) {
          tasks.event(waitingApps::spaceWasFreed);
        }
      }
      case OUT_OF_MEMORY, RESUMED -> {
        // an end by want of memory is followed by an exit; the rest is found by probes
      }
    }
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
    tasks.once(List.of(app, cause), () -> signal(app, cause));
  }

  @Override
  public void hostTroubleBegan() {
    suspendVerdicts(true);
    hostTrouble.began(time.clock().instant());
  }

  @Override
  public void hostTroubleEnded() {
    suspendVerdicts(false);
    hostTrouble.ended();
    tasks.once(hostTrouble, this::wakeWhatFailedMeanwhile);
  }

  /** Only the supervisor that saw the trouble begin knows of it. */
  private void wakeWhatFailedMeanwhile() {
    hostTrouble
        .over()
        .ifPresent(since -> {
          wakeFailed(
              snapshots.ofDatabase(identity),
              (row, code) -> code.isOfHealth() && !row.updatedAt().isBefore(since));
          hostTrouble.madeUpFor();
        });
  }

  /** Those that failed here and of whose row and code that is true are tried anew. */
  private void wakeFailed(NodeSnapshot snapshot, BiPredicate<Deployment, FailureCode> which) {
    for (Deployment row : snapshot.deployments()) {
      boolean failedHere =
          row.state() == DeploymentState.FAILED
              && row.node().filter(identity.node()::equals).isPresent();
      Optional<FailureCode> code = row.reasonCode().flatMap(FailureCode::ofCode);
      if (failedHere && code.filter(known -> which.test(row, known)).isPresent()) {
        AppName.parse(row.appName()).ifPresent(app -> signal(app, Cause.HOST_WELL));
      }
    }
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
    if (wanted != null) {
      return Duration.ZERO;
    }
    long now = time.nanoTime();
    long next = Math.min(sweepAt - now, reconcileAt - now);
    return Duration.ofNanos(Math.max(0, next)).plusMillis(1); // not a little too early
  }

  private void turn(Duration atMost) throws InterruptedException {
    Runnable task = tasks.poll(atMost);
    for (int more = tasks.size(); task != null; more--) {
      task.run();
      task = more > 0 ? tasks.poll(Duration.ZERO) : null;
    }
    goOn();
  }

  /**
   * The one that asks for most: an end is excused at a start, and a pause ended by the engine. What
   * is under way counts too, as it is begun anew with the new cause.
   */
  private void want(Cause cause) {
    PlanExecution underWay = execution;
    wanted = stronger(cause, underWay == null ? cause : underWay.cause(), wanted);
  }

  private static Cause stronger(Cause cause, Cause underWay, @Nullable Cause wanted) {
    return Stream.of(Cause.ENGINE_BACK, Cause.START_UP)
        .filter(
            strong -> Stream.of(cause, underWay).anyMatch(strong::equals) || strong.equals(wanted))
        .findFirst()
        .orElse(cause);
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
    var nobodyRings = new Semaphore(0);
    time.tryAcquire(nobodyRings, REST_AFTER_TROUBLE);
  }

  private void goOn() {
    wakeWhatFailedMeanwhile(); // if that could not be done when the host was well again
    long now = time.nanoTime();
    if (reconcileAt - now <= 0) {
      want(Cause.INTERVAL);
    }
    if (wanted != null) {
      begin(wanted);
      wanted = null;
    } else if (sweepAt - now <= 0) {
      sweepAt = now + SWEEP.toNanos();
      sweep();
      signalOwed();
    }
    advance();
  }

  private void begin(Cause cause) {
    long now = time.nanoTime();
    reconcileAt = now + settings.reconciliation().interval().toNanos();
    sweepAt = now + SWEEP.toNanos();
    NodeSnapshot snapshot = snapshots.whole(identity);
    reading = Duration.ofNanos(time.nanoTime() - now);
    unreadRows.note(snapshot);
    Plan plan = Planner.plan(snapshot);
    LOG.info(() -> "reconciliation (%s): %s".formatted(cause.word(), plan.summary()));
    plan.steps().stream()
        .filter(step -> step.action().isWork())
        .forEach(step ->
            LOG.info(() -> "app_name=%s %s: %s".formatted(step.app(), step.action(), step.why())));
    reap(plan, snapshot);
    if (cause.equals(Cause.START_UP) || cause.equals(Cause.ENGINE_BACK)) {
      wakeFailed(snapshot, (row, code) -> code.isOfHost()); // it may be a new engine, or host
    }
    execution = new PlanExecution(cause, plan, settings.reconciliation().timeout(), now);
    advance();
    targets.update(snapshot, plan, this::watchLater); // what needs work goes first
  }

  private void watchLater() {
    tasks.once(targets, () -> targets.heed(this::watchLater));
  }

  private void reap(Plan plan, NodeSnapshot snapshot) {
    Set<AppName> candidates = Set.copyOf(plan.of(Action.ORPHAN));
    OrphanPolicy orphans =
        OrphanPolicy.of(
            snapshots.orphans(identity.node(), candidates),
            candidates,
            plan.steps().size(),
            snapshot.known().isEmpty());
    if (!orphans.asked().isEmpty()) {
      LOG.warning(() ->
          "%d of %d apps have no row in the platform's tables, too many to be removed without an operator's word (removeOrphans, see docs/operations.md): %s"
              .formatted(
                  candidates.size(),
                  plan.steps().size(),
                  orphans.asked().stream().map(AppName::value).collect(joining(", "))));
    }
    orphans.due().forEach(this::letGo);
  }

  private void letGo(AppName app) {
    if (settings.reconciliation().orphanDryRun()) {
      LOG.warning(() ->
          "app_name=%s would be removed: the platform has had no such app for %d min; it stays, because APPSERVER_DOCKER_ORPHAN_DRY_RUN is set"
              .formatted(app, OrphanPolicy.GRACE.toMinutes()));
    } else {
      LOG.warning(() -> "app_name=%s is removed: the platform has no such app".formatted(app));
      snapshots.orphanGoes(identity.node(), app);
      signal(app, Cause.ORPHAN);
    }
  }

  private void advance() {
    PlanExecution now = execution;
    if (now == null) {
      return;
    }
    long nanos = time.nanoTime();
    var unhandled = convergence.unhandled();
    for (AppName app : now.next(unhandled, nanos)) {
      signal(app, causeFor(now, app));
    }
    if (now.isDone() || now.isOverdue(nanos)) {
      execution = null;
      report(now, nanos);
    }
  }

  /** A row changed by hand is somebody's word; all else has the reconciliation's own cause. */
  private static Cause causeFor(PlanExecution execution, AppName app) {
    return execution.plan().of(Action.HEED).contains(app) ? Cause.ROW_CHANGED : execution.cause();
  }

  private void report(PlanExecution done, long nanos) {
    var report =
        new ReconciliationReport(
            time.clock().instant(),
            done.cause().word(),
            done.took(nanos),
            reading,
            done.plan().summary(),
            done.remaining().stream().map(AppName::value).toList());
    String rest =
        report.remaining().isEmpty()
            ? ""
            : "; the time is over, and these go on by themselves: "
                + String.join(", ", report.remaining());
    LOG.log(
        rest.isEmpty() ? Level.INFO : Level.WARNING,
        () ->
            "reconciliation (%s) took %d ms, of which reading %d ms%s"
                .formatted(
                    report.cause(), report.took().toMillis(), report.reading().toMillis(), rest));
    reports.accept(report);
  }

  /** The database's side alone, often: events that were lost, rows and settings changed by hand. */
  private void sweep() {
    NodeSnapshot snapshot = snapshots.ofDatabase(identity);
    unreadRows.note(snapshot);
    Plan plan = Planner.plan(snapshot);
    targets.update(snapshot, plan, this::watchLater);
    waitingApps.review(snapshot, answer -> tasks.once(waitingApps, answer)); // one at a time
    List<PlannedAction> work =
        plan.steps().stream().filter(step -> step.action().isWork()).toList();
    if (execution != null || work.isEmpty()) {
      return; // a campaign's own steps are on their way
    }
    var unhandled = convergence.unhandled();
    work.stream()
        .filter(step -> !unhandled.contains(step.app()))
        .forEach(step -> {
          LOG.info(() -> "app_name=%s %s: %s".formatted(step.app(), step.action(), step.why()));
          signal(
              step.app(),
              step.action() == Action.HEED ? Cause.ROW_CHANGED : Cause.PLATFORM_CHANGED);
        });
  }

  /**
   * What cannot be told of one app now, because somebody has locked its row, is told at the next
   * sweep: it is no reason to tell of no other. That the database is away is found by the sweep.
   */
  private void signal(AppName app, Cause cause) {
    try {
      convergence.signalHere(app, cause);
    } catch (RuntimeException e) {
      LOG.log(
          owed.put(app, cause) == null ? Level.WARNING : Level.FINE,
          () ->
              "app_name=%s is looked at later, its row cannot be written: %s"
                  .formatted(app, e.getMessage()));
    }
  }

  private void signalOwed() {
    var again = Map.copyOf(owed);
    owed.clear();
    again.forEach(this::signal);
  }

  /** An end is worth a look if it befell the container that counts. */
  private void look(EngineEvent event) {
    ours(
        event,
        (app, container) -> {
          if (targets.counts(app, container)) {
            signal(app, Cause.ENDED);
          }
        });
  }

  /** Goes on with an event of a container of this installation. */
  private void ours(EngineEvent event, BiConsumer<AppName, ContainerId> then) {
    Optional<ContainerLabels> labels = event.labels().filter(this::isOurs);
    if (labels.isPresent() && event.container().isPresent()) {
      then.accept(labels.get().appName(), event.container().get());
    }
  }

  private boolean isOurs(ContainerLabels labels) {
    return labels.installation().equals(identity.installation());
  }
}

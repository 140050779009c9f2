package io.appserver.orchestrator.supervision.term;

import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.failure.RecurringTask;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.supervision.reconcile.ReconcileLoop;
import io.appserver.orchestrator.supervision.watch.EngineWatch;
import io.appserver.orchestrator.supervision.watch.Probes;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

/** This instance's turn to watch its node: what works during it, until it is ended. */
@Dependent
public final class LeaderTerm {

  /** How often a silent engine is asked for a sign of life. */
  private static final Duration BEAT = Duration.ofSeconds(2);

  private final ReconcileLoop supervisor;
  private final EngineWatch watch;
  private final Probes probes;

  /** Each goes on until the turn is ended. */
  private final List<Future<?>> loops = new CopyOnWriteArrayList<>();

  private final List<Future<?>> schedules = new CopyOnWriteArrayList<>();

  /** A turn that has not begun. */
  @Inject
  public LeaderTerm(ReconcileLoop supervisor, RuntimeView view, ConvergenceService convergence) {
    this.supervisor = supervisor;
    this.probes = supervisor.probes();
    this.watch = new EngineWatch(view, new Ears(convergence, supervisor, probes));
    probes.engineAnswers(false); // until its events are heard
  }

  /** To be ended even if this does not come to its end. */
  public void begin(ExecutorService executor, ScheduledExecutorService scheduler) {
    loops.add(executor.submit(supervisor::run));
    loops.add(executor.submit(watch::run));
    schedules.add(
        every(scheduler, "a round of probes", probes.beat(), () -> probes.round(supervisor)));
    schedules.add(every(scheduler, "the check of the engine's events", BEAT, watch::check));
  }

  private static Future<?> every(
      ScheduledExecutorService scheduler, String what, Duration interval, Runnable round) {
    return new RecurringTask(what, round).every(scheduler, interval, interval);
  }

  public ReconcileLoop supervisor() {
    return supervisor;
  }

  public Probes probes() {
    return probes;
  }

  /** Whether a part of it has ended by itself. */
  public boolean isBroken() {
    return loops.stream().anyMatch(Future::isDone);
  }

  /** Why what runs is not watched as it should be; empty if it is. */
  public String trouble() {
    return Stream.of(
            isBroken() ? "the watch of the node broke off; it is begun anew" : "",
            watch.trouble(),
            supervisor.trouble(),
            probes.fault())
        .filter(words -> !words.isEmpty())
        .findFirst()
        .orElse("");
  }

  public void end() {
    supervisor.stop();
    watch.stop();
    schedules.forEach(schedule -> schedule.cancel(false));
  }

  /** What becomes of what the engine tells. */
  private record Ears(ConvergenceService convergence, ReconcileLoop supervisor, Probes probes)
      implements EngineWatch.Listener {
    @Override
    public void subscribed(EngineWatch.Beginning beginning) {
      if (beginning == EngineWatch.Beginning.AFTER_TROUBLE) {
        convergence.engineWasInTrouble(); // before anything is made of what ended meanwhile
      }
      probes.engineAnswers(true);
      supervisor.reconcile(
          switch (beginning) {
            case FIRST -> Cause.START_UP;
            case AFTER_CUT -> Cause.EVENTS_CUT;
            case AFTER_TROUBLE -> Cause.ENGINE_BACK;
          });
    }

    @Override
    public void happened(EngineEvent event) {
      supervisor.heard(event);
    }

    @Override
    public void cut() {
      probes.engineAnswers(true);
    }

    @Override
    public void lost() {
      probes.engineAnswers(false);
      convergence.engineWasInTrouble();
    }
  }
}

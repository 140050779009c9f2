package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.container.EngineEvent;
import io.appserver.orchestrator.convergence.Cause;
import io.appserver.orchestrator.convergence.Orchestration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** This instance's turn to watch its node: what works during it, until it is ended. */
final class Turn {

  /** How often a silent engine is asked for a sign of life. */
  private static final Duration BEAT = Duration.ofSeconds(2);

  private final Supervisor supervisor;
  private final EngineWatch watch;
  private final Probes probes;

  /** Each goes on until the turn is ended. */
  private final List<Future<?>> loops = new CopyOnWriteArrayList<>();

  private final List<Future<?>> schedules = new CopyOnWriteArrayList<>();

  Turn(Supervisor supervisor, EngineWatch watch, Probes probes) {
    this.supervisor = supervisor;
    this.watch = watch;
    this.probes = probes;
  }

  /** To be ended even if this does not come to its end. */
  void begin(ExecutorService executor, ScheduledExecutorService scheduler) {
    loops.add(executor.submit(supervisor::run));
    loops.add(executor.submit(watch::run));
    schedules.add(every(scheduler, probes.beat(), probes::round));
    schedules.add(every(scheduler, BEAT, watch::check));
  }

  private static Future<?> every(
      ScheduledExecutorService scheduler, Duration interval, Runnable round) {
    return scheduler.scheduleWithFixedDelay(
        round, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  Supervisor supervisor() {
    return supervisor;
  }

  Probes probes() {
    return probes;
  }

  /** Whether a part of it has ended by itself. */
  boolean isBroken() {
    return loops.stream().anyMatch(Future::isDone);
  }

  /** Why what runs is not watched as it should be; empty if it is. */
  String trouble() {
    return Stream.of(
            isBroken() ? "the watch of the node broke off; it is begun anew" : "",
            watch.trouble(),
            supervisor.trouble(),
            probes.fault())
        .filter(words -> !words.isEmpty())
        .findFirst()
        .orElse("");
  }

  void end() {
    supervisor.stop();
    watch.stop();
    schedules.forEach(schedule -> schedule.cancel(false));
  }

  /** What becomes of what the engine tells. */
  record Ears(Orchestration orchestration, Supervisor supervisor, Probes probes)
      implements EngineWatch.Listener {
    @Override
    public void subscribed(EngineWatch.Beginning beginning) {
      probes.engineAnswers(true);
      supervisor.reconcile(
          switch (beginning) {
            case FIRST -> Cause.START_UP;
            case AFTER_CUT -> Cause.EVENTS_CUT;
            case AFTER_TROUBLE -> {
              orchestration.engineWasInTrouble();
              yield Cause.ENGINE_BACK;
            }
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
      orchestration.engineWasInTrouble();
    }
  }
}

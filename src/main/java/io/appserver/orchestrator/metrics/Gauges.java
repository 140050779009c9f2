package io.appserver.orchestrator.metrics;

import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.operation.Node;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.RecurringTask;
import io.appserver.orchestrator.startup.Lifecycle;
import io.appserver.orchestrator.supervision.Supervision;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;

/** The figures that are read, not counted, and the schedule on which those in the database are. */
@Singleton
class Gauges {

  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** Of so many times at rest one is not left out: what is read there is 20 s old at most. */
  private static final int TIMES_AT_REST = 4;

  private final Meters meters;
  private final Lifecycle lifecycle;
  private final ConvergenceService convergence;
  private final Supervision supervision;
  private final StoredFigures stored;
  private final ScheduledExecutorService scheduler;
  private Optional<Future<?>> schedule = Optional.empty();
  private int leftOut;

  @Inject
  Gauges(
      Meters meters,
      Lifecycle lifecycle,
      ConvergenceService convergence,
      Supervision supervision,
      StoredFigures stored,
      ScheduledExecutorService scheduler) {
    this.meters = meters;
    this.lifecycle = lifecycle;
    this.convergence = convergence;
    this.supervision = supervision;
    this.stored = stored;
    this.scheduler = scheduler;
  }

  /** After the gate, which may refuse the start. */
  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) Startup event) {
    for (DeploymentState state : DeploymentState.values()) {
      meters.read(Family.DEPLOYMENTS, () -> stored.deployments(state), state.code());
    }
    meters.read(Family.OUTBOX_WAITING, stored::outboxWaiting);
    meters.read(Family.APPS_IN_WORK, () -> (double) convergence.busy());
    meters.read(Family.APPS_WATCHED, () -> (double) supervision.watched());
    meters.read(Family.HOST_TROUBLE, () -> supervision.hostTrouble().isEmpty() ? 0.0 : 1.0);
    meters.read(Family.NODES, () -> nodes(node -> node.alive() && !node.retired()), "alive");
    meters.read(Family.NODES, () -> nodes(node -> !node.alive() && !node.retired()), "missing");
    meters.read(Family.NODES, () -> nodes(Node::retired), "retired");
    schedule =
        Optional.of(
            new RecurringTask("the reading of the figures", this::refresh)
                .every(scheduler, Duration.ZERO, INTERVAL));
  }

  private double nodes(Predicate<Node> which) {
    return supervision.nodes().stream().filter(which).count();
  }

  /**
   * Before the start is done, the tables may not be there. At rest nothing that is counted changes.
   */
  private void refresh() {
    leftOut = lifecycle.isAtRest() ? (leftOut + 1) % TIMES_AT_REST : 0;
    if (leftOut == 0 && lifecycle.waitingFor().isEmpty()) {
      stored.refresh();
    }
  }

  @PreDestroy
  void stop() {
    schedule.ifPresent(running -> running.cancel(false));
  }
}

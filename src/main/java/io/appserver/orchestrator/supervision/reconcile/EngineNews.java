package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.EngineEvent;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What the engine tells of this installation's containers, and what follows from it. */
final class EngineNews {

  private final String installation;
  private final ProbeTargets targets;
  private final WaitingApps waitingApps;
  private final Signals signals;
  private final LoopTasks tasks;

  EngineNews(
      String installation,
      ProbeTargets targets,
      WaitingApps waitingApps,
      Signals signals,
      LoopTasks tasks) {
    this.installation = installation;
    this.targets = targets;
    this.waitingApps = waitingApps;
    this.signals = signals;
    this.tasks = tasks;
  }

  void heard(EngineEvent event) {
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

  /** An end is worth a look if it befell the container that counts. */
  private void look(EngineEvent event) {
    ours(
        event,
        (app, container) -> {
          if (targets.counts(app, container)) {
            signals.send(app, Cause.ENDED);
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
    return labels.installation().equals(installation);
  }
}

package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.supervision.reconcile.ReconcileLoop;
import io.appserver.orchestrator.supervision.watch.Probes;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** A supervisor that works when it is called, in the caller's thread. */
public final class SupervisionOnCall {

  private final ReconcileLoop loop;
  private int tasks;

  public SupervisionOnCall(SupervisionByHand parts) {
    var probes =
        new Probes(
            parts.probe(),
            Set::of,
            parts.settings().healthChecks(),
            List.of(),
            parts.threads().executor(),
            parts.threads().time());
    loop = parts.loop(probes, Runnable::run, () -> false, report -> {});
  }

  public void heard(EngineEvent event) {
    loop.heard(event);
    tasks++;
  }

  /** Of the same event that often. */
  void heard(EngineEvent event, int times) {
    for (int i = 0; i < times; i++) {
      loop.heard(event);
    }
    tasks++;
  }

  public void reconcile(Cause cause) {
    loop.reconcile(cause);
    tasks++;
  }

  public void stop() {
    loop.stop();
  }

  /** Does what it was told of, and what is due; what goes wrong is seen to as it always is. */
  public void turn() throws InterruptedException {
    do {
      tasks = Math.max(0, tasks - 1);
      loop.attempt(Duration.ZERO);
    } while (tasks > 0);
  }
}

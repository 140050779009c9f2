package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.HealthGate;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.spec.Spec;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.runtime.HealthCheck;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Waits until what was started is healthy, and says so to the row and to whoever depends on it. */
@Singleton
final class HealthWait {

  private final HealthGate gate;
  private final Containers containers;
  private final Dependencies dependencies;

  @Inject
  HealthWait(HealthGate gate, Containers containers, Dependencies dependencies) {
    this.gate = gate;
    this.containers = containers;
    this.dependencies = dependencies;
  }

  /**
   * Waits for a container.
   *
   * @param madeFrom what it was made from
   */
  Outcome of(Subject subject, ContainerId id, HealthCheck check, Spec madeFrom) {
    return of(subject, id, check, madeFrom.settings().volumePath().isPresent());
  }

  /** Waits for a container that was made from settings that are not known any more. */
  Outcome ofOlder(Subject subject, ContainerId id, HealthCheck check) {
    return of(subject, id, check, false);
  }

  private Outcome of(Subject subject, ContainerId id, HealthCheck check, boolean hasVolume) {
    Instant startedAt = subject.deployment().health().startedAt().orElseGet(subject::now);
    gate.await(subject.run(), id, check, subject.begunAt(startedAt));
    Instant now = subject.now();
    subject.later(
        "healthy after %d ms".formatted(Duration.between(startedAt, now).toMillis()),
        deployment -> {
          deployment.healthy(now);
          if (hasVolume) {
            deployment.hasVolume(Optional.of(containers.volumeNameOf(subject.app().name())));
          }
        },
        () -> dependencies.signalDependants(subject.run(), subject.app().id()));
    return Outcome.running();
  }
}

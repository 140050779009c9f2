package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.convergence.dependency.Dependencies;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.convergence.workload.Workload;
import io.appserver.orchestrator.convergence.workload.WorkloadControl;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Optional;

/** An app that an operator holds: stopped, and left where it is until it is released. */
@Singleton
public final class Holding {

  private final WorkloadControl control;
  private final Dependencies dependencies;
  private final Clock clock;

  @Inject
  public Holding(WorkloadControl control, Dependencies dependencies, Clock clock) {
    this.control = control;
    this.dependencies = dependencies;
    this.clock = clock;
  }

  Outcome hold(Subject subject, Workload workload, String why) {
    Failure held = Failure.of(FailureCode.HELD, "%s is %s".formatted(subject.app().name(), why));
    subject.store();
    try {
      control.stop(subject.run(), workload);
    } catch (DeploymentException e) {
      return Outcome.waiting(e.failure(), subject.postpone(e.failure(), clock));
    }
    if (!subject.isHeld()) {
      subject.write(held, d -> d.held(held));
      dependencies.signalDependants(subject.run(), subject.app().id());
    }
    return new Outcome(Look.Wanted.INSTALLED, new Look.Result.Waiting(held), Optional.empty());
  }
}

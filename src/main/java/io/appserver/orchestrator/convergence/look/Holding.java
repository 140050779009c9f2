package io.appserver.orchestrator.convergence.look;

import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.util.List;
import java.util.Optional;

/** An app that an operator holds: stopped, and left where it is until it is released. */
final class Holding {

  private final Parts parts;
  private final Subject subject;

  Holding(Parts parts, Subject subject) {
    this.parts = parts;
    this.subject = subject;
  }

  Outcome hold(List<ObservedContainer> owned, String why) {
    Failure held = Failure.of(FailureCode.HELD, "%s is %s".formatted(subject.app().name(), why));
    subject.store();
    try {
      for (ObservedContainer container : owned) {
        subject.run().checkpoint();
        parts.containers().stop(subject.run(), container);
      }
    } catch (DeploymentException e) {
      return Outcome.waiting(e.failure(), subject.postpone(e.failure(), parts.clock()));
    }
    if (!isHeld(subject.deployment())) {
      subject.write(held, d -> d.held(held));
      parts.dependencies().signalDependants(subject.run(), subject.app().id());
    }
    return new Outcome(Look.Wanted.INSTALLED, new Look.Result.Waiting(held), Optional.empty());
  }

  /** Whether the deployment stopped because of a hold, and nothing was done since. */
  static boolean isHeld(Deployment deployment) {
    return deployment.state() == DeploymentState.PENDING
        && deployment.reason().code().filter(FailureCode.HELD.code()::equals).isPresent();
  }
}

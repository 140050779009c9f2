package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.runtime.ObservedContainer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The container that gives way to its successor, and is kept until that is healthy. */
@Singleton
final class Replacement {

  private final JournaledCalls calls;
  private final Containers containers;

  @Inject
  Replacement(JournaledCalls calls, Containers containers) {
    this.calls = calls;
    this.containers = containers;
  }

  /**
   * The container that is to wait for its successor: the one that was chosen for it, if that was
   * all that was done so far, else the recorded one.
   */
  Optional<ObservedContainer> toReplace(Attempt attempt, Optional<ContainerId> recorded) {
    return attempt.replacing()
        ? attempt.previous(attempt.seen().owned())
        : recorded.map(attempt::seen);
  }

  /** Stops the container and moves it out of the way. */
  void setAside(Attempt attempt, ObservedContainer container) {
    Subject subject = attempt.subject();
    subject.run().checkpoint();
    subject.store();
    if (!attempt.replacing()) {
      subject.write(
          "replacing container " + container.id().abbreviated(),
          deployment -> deployment.containers().keepPrevious());
    }
    containers.stop(subject.run(), container);
    var aside = containers.asideNameOf(subject.app().name());
    if (!container.name().equals(aside)) {
      calls.rename(subject.run(), container.id(), aside);
    }
  }
}

package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** A container that the row counts on, and that is gone or of no use any more. */
@Singleton
final class MissingContainer {

  private final DeploymentWriter writer;

  @Inject
  MissingContainer(DeploymentWriter writer) {
    this.writer = writer;
  }

  /**
   * A healthy row without its container: the failure and the new beginning both stand in the
   * history. The row never has the one without the other: what failed would rest.
   */
  void note(Attempt attempt) {
    Subject subject = attempt.subject();
    Optional<ContainerId> recorded = subject.deployment().containers().id();
    boolean there =
        attempt.seen().instances().stream()
            .anyMatch(seen -> seen.usable() && recorded.equals(Optional.of(seen.id())));
    if (there) {
      return;
    }
    switch (subject.deployment().state()) {
      case HEALTHY, UNHEALTHY, RESTARTING ->
          makeAnew(
              subject,
              Failure.of(
                  FailureCode.CONTAINER_MISSING,
                  "the container of %s is gone; a new one is made"
                      .formatted(subject.app().name())));
      case PENDING -> recorded.ifPresent(id -> noteOfStopped(subject, id));
      case PULLING, CREATING, STARTING, STOPPING, STOPPED, FAILED -> {}
    }
  }

  /** What was held, or had failed, ran in a container that somebody has removed since. */
  private static void noteOfStopped(Subject subject, ContainerId recorded) {
    Deployment deployment = subject.deployment();
    if (deployment.containers().areProven() && deployment.containers().previousId().isEmpty()) {
      subject.note(
          "its stopped container %s was removed at the engine; a new one is made"
              .formatted(recorded.abbreviated()));
    }
  }

  /** The recorded container is of no use any more. */
  void makeAnew(Subject subject, Failure missing) {
    writer.together(() -> {
      subject.write(
          missing,
          deployment -> {
            deployment.failed(missing, deployment.containers().specHash().orElse(""));
            deployment.forgetContainer();
          });
      subject.write("made anew", Deployment::pending);
    });
  }
}

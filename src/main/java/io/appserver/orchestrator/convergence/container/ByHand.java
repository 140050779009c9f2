package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import java.util.logging.Logger;

/**
 * What a person did to an app's container at the engine: another name, a pause, or that it was
 * taken out of the app network. It is undone, and costs no restart.
 */
final class ByHand {

  private static final Logger LOG = Logger.getLogger(ByHand.class.getName());

  private final Parts parts;
  private final Subject subject;
  private boolean putRight;

  ByHand(Parts parts, Subject subject) {
    this.parts = parts;
    this.subject = subject;
  }

  /** Whether the container did not run as it should: what probes found before says nothing now. */
  boolean putRight() {
    return putRight;
  }

  /** The container without that. */
  ObservedContainer undone(ObservedContainer container) {
    ObservedContainer now = container;
    if (parts.containers().isRenamed(subject.app().name(), now)) {
      subject.run().checkpoint();
      now = named(now);
    }
    if (now.status() == Status.PAUSED) {
      subject.run().checkpoint();
      parts.acts().resume(subject.run(), now.id());
      putRight = true;
      subject.note("was paused at the engine; it goes on");
      now = parts.view().inspect(now.id()).orElse(now);
    }
    if (now.running() && now.address().isEmpty()) {
      subject.run().checkpoint();
      reconnect(now);
      putRight = true;
      subject.note(
          "was taken out of the network %s; it is in it again"
              .formatted(parts.settings().containers().networkName()));
      now = parts.view().inspect(now.id()).orElse(now);
    }
    return now;
  }

  /** The container under its own name; as it is, if another one has that name now. */
  private ObservedContainer named(ObservedContainer container) {
    ContainerName own = parts.containers().nameOf(subject.app().name());
    try {
      parts.acts().rename(subject.run(), container.id(), own);
    } catch (DeploymentException e) {
      if (e.code() != FailureCode.NAME_CONFLICT) {
        throw e;
      }
      LOG.warning(() ->
          "app_name=%s runs on as %s: it was renamed at the engine, and another container is named %s now"
              .formatted(subject.app().name(), container.name(), own));
      return container;
    }
    subject.note(
        "was renamed to %s at the engine; it has its name again".formatted(container.name()));
    return parts.view().inspect(container.id()).orElse(container);
  }

  private void reconnect(ObservedContainer container) {
    try {
      parts.acts().reconnect(subject.run(), container.id());
    } catch (DeploymentException e) {
      throw e.code() == FailureCode.CONTAINER_MISSING ? new UnusableContainerException(e) : e;
    }
  }
}

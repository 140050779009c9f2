package io.appserver.orchestrator.convergence.container;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.engine.Containers;
import io.appserver.orchestrator.convergence.engine.JournaledCalls;
import io.appserver.orchestrator.convergence.workload.Subject;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.logging.Logger;

/**
 * What a person did to an app's container at the engine: another name, a pause, or that it was
 * taken out of the app network. It is undone, and costs no restart.
 */
@Singleton
final class ByHand {

  private static final Logger LOG = Logger.getLogger(ByHand.class.getName());

  private final Settings settings;
  private final RuntimeView view;
  private final JournaledCalls calls;
  private final Containers containers;

  @Inject
  ByHand(Settings settings, RuntimeView view, JournaledCalls calls, Containers containers) {
    this.settings = settings;
    this.view = view;
    this.calls = calls;
    this.containers = containers;
  }

  /** The container without that. */
  ObservedContainer undone(Attempt attempt, ObservedContainer container) {
    Subject subject = attempt.subject();
    ObservedContainer now = container;
    if (containers.isRenamed(subject.app().name(), now)) {
      subject.run().checkpoint();
      now = named(subject, now);
    }
    if (now.status() == Status.PAUSED) {
      subject.run().checkpoint();
      calls.resume(subject.run(), now.id());
      attempt.wasNotRunning();
      subject.note("was paused at the engine; it goes on");
      now = view.inspect(now.id()).orElse(now);
    }
    if (now.running() && now.address().isEmpty()) {
      subject.run().checkpoint();
      reconnect(subject, now);
      attempt.wasNotRunning();
      subject.note(
          "was taken out of the network %s; it is in it again"
              .formatted(settings.containers().networkName()));
      now = view.inspect(now.id()).orElse(now);
    }
    return now;
  }

  /** The container under its own name; as it is, if another one has that name now. */
  private ObservedContainer named(Subject subject, ObservedContainer container) {
    ContainerName own = containers.nameOf(subject.app().name());
    try {
      calls.rename(subject.run(), container.id(), own);
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
    return view.inspect(container.id()).orElse(container);
  }

  private void reconnect(Subject subject, ObservedContainer container) {
    try {
      calls.reconnect(subject.run(), container.id());
    } catch (DeploymentException e) {
      throw e.code() == FailureCode.CONTAINER_MISSING ? new UnusableContainerException(e) : e;
    }
  }
}

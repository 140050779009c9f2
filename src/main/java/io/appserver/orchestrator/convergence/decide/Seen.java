package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import java.util.Optional;

/**
 * One container of an app as the engine had it when it was asked.
 *
 * @param app whose it is by its label; empty if that cannot be read
 * @param unhealthy whether the engine's own health check says so; false where it was not asked
 */
public record Seen(ContainerId id, Optional<AppId> app, Status status, boolean unhealthy) {

  /** Of a container in a list of all. */
  public static Seen of(ListedContainer container) {
    return new Seen(
        container.id(),
        Optional.of(container.labels().appId()),
        container.status(),
        container.unhealthy());
  }

  /** Of a container that was looked at by itself: it is asked by its probe how it is. */
  public static Seen of(ObservedContainer container) {
    return new Seen(
        container.id(),
        ContainerLabels.read(container.labels()).map(ContainerLabels::appId),
        container.status(),
        false);
  }

  public boolean running() {
    return status == Status.RUNNING;
  }
}

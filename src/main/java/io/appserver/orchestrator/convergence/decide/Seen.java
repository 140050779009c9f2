package io.appserver.orchestrator.convergence.decide;

import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;

/**
 * One container of an app as the engine had it when it was asked.
 *
 * @param unhealthy whether the engine's own health check says so; false where it was not asked
 */
public record Seen(ContainerId id, Status status, boolean unhealthy) {

  /** Of a container in a list of all. */
  public static Seen of(ListedContainer container) {
    return new Seen(container.id(), container.status(), container.unhealthy());
  }

  /** Of a container that was looked at by itself: it is asked by its probe how it is. */
  public static Seen of(ObservedContainer container) {
    return new Seen(container.id(), container.status(), false);
  }

  public boolean running() {
    return status == Status.RUNNING;
  }
}

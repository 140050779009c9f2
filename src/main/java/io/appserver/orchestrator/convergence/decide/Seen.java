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
 * @param labels which say whose it is, and what it was made from; empty if they cannot be read
 * @param unhealthy whether the engine's own health check says so; false where it was not asked
 * @param distrusted whether a call without an answer may still befall it
 */
public record Seen(
    ContainerId id,
    Optional<ContainerLabels> labels,
    Status status,
    boolean unhealthy,
    boolean distrusted) {

  /** Of a container in a list of all. */
  public static Seen of(ListedContainer container) {
    return new Seen(
        container.id(),
        Optional.of(container.labels()),
        container.status(),
        container.unhealthy(),
        false);
  }

  /**
   * Of a container that was looked at by itself: it is asked by its probe how it is.
   *
   * @param distrusted whether a call without an answer may still befall it
   */
  public static Seen of(ObservedContainer container, boolean distrusted) {
    return new Seen(
        container.id(),
        ContainerLabels.read(container.labels()),
        container.status(),
        false,
        distrusted);
  }

  /** Whose it is. */
  public Optional<AppId> app() {
    return labels.map(ContainerLabels::appId);
  }

  public boolean running() {
    return status == Status.RUNNING;
  }

  /** What is half gone cannot be started: it is replaced. */
  public boolean usable() {
    return switch (status) {
      case CREATED, RUNNING, RESTARTING, EXITED, PAUSED -> true;
      case REMOVING, DEAD -> false;
    };
  }
}

package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.ContainerId;

/**
 * A container as one list of the engine has it: enough to plan by.
 *
 * @param unhealthy whether the engine's own health check says so; false where it runs none
 */
public record ListedContainer(
    ContainerId id,
    ContainerName name,
    ObservedContainer.Status status,
    boolean unhealthy,
    String imageId,
    ContainerLabels labels) {}

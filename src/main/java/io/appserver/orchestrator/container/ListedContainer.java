package io.appserver.orchestrator.container;

/** A container as one list of the engine has it: enough to plan by. */
public record ListedContainer(
    ContainerId id,
    ContainerName name,
    ObservedContainer.Status status,
    String imageId,
    ContainerLabels labels) {}

package io.appserver.orchestrator.container;

/**
 * A volume at a path of the container.
 *
 * @param path absolute, within the container
 */
public record VolumeMount(String volume, String path) {}

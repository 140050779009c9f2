package io.appserver.orchestrator.runtime;

/**
 * A volume at a path of the container.
 *
 * @param path absolute, within the container
 */
public record VolumeMount(String volume, String path) {}

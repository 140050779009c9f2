package io.appserver.orchestrator.container;

/**
 * Which engine this is.
 *
 * @param id the engine's own id, which outlives restarts
 * @param name the host's name as the engine has it
 * @param apiVersion the newest API version it speaks, such as {@code 1.41}
 */
public record EngineInfo(String id, String name, String version, String apiVersion) {}

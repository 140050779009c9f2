package io.appserver.orchestrator.container;

/**
 * A network of the engine.
 *
 * @param containers how many are attached to it, running or not, whosoever
 */
public record EngineNetwork(String id, String driver, int containers) {}

package io.appserver.orchestrator.runtime;

import java.time.Instant;
import java.util.Optional;

/**
 * Which engine this is.
 *
 * @param id the engine's own id, which outlives restarts
 * @param name the host's name as the engine has it
 * @param apiVersion the newest API version it speaks, such as {@code 1.41}
 * @param time by the clock of its host
 * @param directory where its host keeps images and containers; empty if it does not say
 */
public record EngineInfo(
    String id,
    String name,
    String version,
    String apiVersion,
    Optional<Instant> time,
    String directory) {}

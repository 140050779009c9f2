package io.appserver.orchestrator.runtime;

import java.time.Instant;

/**
 * A line of a container's output.
 *
 * @param at when the engine read it, to the nanosecond: what a later look begins after
 * @param error whether it stands on standard error
 * @param text without its end and without control characters but tabs
 */
public record LogLine(Instant at, boolean error, String text) {}

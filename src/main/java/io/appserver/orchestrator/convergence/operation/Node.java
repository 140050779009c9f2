package io.appserver.orchestrator.convergence.operation;

import java.time.Instant;

/**
 * A container engine and the orchestrators at work on it.
 *
 * @param seenAt when one of its instances was alive last, by the database's clock
 * @param alive whether that was at most 30 s ago
 * @param retired whether an operator said that it does not come back
 */
public record Node(String name, String engineId, Instant seenAt, boolean alive, boolean retired) {}

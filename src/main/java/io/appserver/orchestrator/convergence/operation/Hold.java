package io.appserver.orchestrator.convergence.operation;

import java.time.Instant;

/**
 * That an app is to stay stopped.
 *
 * @param reason in the operator's words; may be empty
 */
public record Hold(Instant since, String actor, String reason) {}

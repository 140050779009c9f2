package io.appserver.orchestrator.convergence.operation;

import io.appserver.orchestrator.app.AppName;
import java.time.Duration;

/**
 * An app on a node that the platform has no row of.
 *
 * @param since how long the platform has had none
 * @param allowed whether an operator said that it may go
 * @param begun whether its removal was begun, an hour ago at most
 */
public record Orphan(AppName app, Duration since, boolean allowed, boolean begun) {}

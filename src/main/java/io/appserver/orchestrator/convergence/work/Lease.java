package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.app.AppName;
import java.util.UUID;

/**
 * The right to act on one app, for a while.
 *
 * @param owner the instance that holds it
 * @param fence greater than that of every lease of this app before it
 */
public record Lease(String node, AppName app, UUID owner, long fence) {}

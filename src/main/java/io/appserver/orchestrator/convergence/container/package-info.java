/**
 * Runs an app as one container of a Docker engine: ids, names, volumes, the network, restarts that
 * are counted, and the way back to the container before.
 */
@NullMarked
package io.appserver.orchestrator.convergence.container;

import org.jspecify.annotations.NullMarked;

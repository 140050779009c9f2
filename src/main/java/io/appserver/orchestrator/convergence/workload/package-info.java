/**
 * What an engine does for an app as a whole: the port behind which each kind of engine has its own
 * way of running an app.
 */
@NullMarked
package io.appserver.orchestrator.convergence.workload;

import org.jspecify.annotations.NullMarked;

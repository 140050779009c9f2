/** What operators ask for: hold, restart, redeploy, move, purge; and what they are refused. */
@NullMarked
package io.appserver.orchestrator.convergence.operation;

import org.jspecify.annotations.NullMarked;

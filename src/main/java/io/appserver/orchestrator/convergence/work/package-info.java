/**
 * Who may work on an app: leases with fences, their clock, lanes and the store of signals and acts.
 * Imports {@code signal} of the convergence.
 */
@NullMarked
package io.appserver.orchestrator.convergence.work;

import org.jspecify.annotations.NullMarked;

/**
 * Makes what is what should be: one worker an app, under a lease, a step at a time. The only part
 * that may reach the changing half of the runtime port; whoever wants something done gives a {@link
 * io.appserver.orchestrator.convergence.signal.Signals signal}. Imports {@code app}, {@code
 * configuration}, {@code failure}, {@code deployment}, {@code runtime}, {@code environment}.
 */
@NullMarked
package io.appserver.orchestrator.convergence;

import org.jspecify.annotations.NullMarked;

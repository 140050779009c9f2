/**
 * What comes next for an app: a pure function of facts that others gathered. Nothing in here reads
 * a table, asks the engine or knows the time. Whoever compares what should be with what is asks
 * this package, so it imports values alone: of {@code app}, {@code deployment}, {@code failure},
 * {@code runtime} and {@code convergence.spec}.
 */
@NullMarked
package io.appserver.orchestrator.convergence.decide;

import org.jspecify.annotations.NullMarked;

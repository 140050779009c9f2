/**
 * Watches what runs and finds what no event told of: the engine's event stream, probes,
 * reconciliation, orphans. It changes nothing by itself: it signals, and the convergence looks. One
 * instance of a node does this at a time.
 */
@NullMarked
package io.appserver.orchestrator.supervision;

import org.jspecify.annotations.NullMarked;

/** Whose turn it is to watch a node, and what runs for as long as it is. */
@NullMarked
package io.appserver.orchestrator.supervision.term;

import org.jspecify.annotations.NullMarked;

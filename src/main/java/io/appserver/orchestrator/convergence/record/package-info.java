/** What becomes of a look: the writer of rows and history, and who is told of it. */
@NullMarked
package io.appserver.orchestrator.convergence.record;

import org.jspecify.annotations.NullMarked;

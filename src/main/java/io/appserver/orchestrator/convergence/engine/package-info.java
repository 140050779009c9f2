/**
 * Acts on containers under the journal, one call at a time, and what is read of them: evidence,
 * exits, health.
 */
@NullMarked
package io.appserver.orchestrator.convergence.engine;

import org.jspecify.annotations.NullMarked;

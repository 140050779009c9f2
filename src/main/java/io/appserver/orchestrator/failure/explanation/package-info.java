/**
 * What each failure means and what cures it, in words, in this one place: the API, the console, the
 * log and {@code docs/failures.md} show the same. Imports {@code app} and {@code failure} alone.
 */
@NullMarked
package io.appserver.orchestrator.failure.explanation;

import org.jspecify.annotations.NullMarked;

/**
 * What each failure means and what cures it, in words, in this one place: the API, the console, the
 * log and {@code docs/failures.md} show the same. Imports {@code deployment}; knows nobody else.
 */
@NullMarked
package io.appserver.orchestrator.explanation;

import org.jspecify.annotations.NullMarked;

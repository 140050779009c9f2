/**
 * Events of the platform: what came is read, kept, and turned into a signal; later it is closed
 * with what became of it, or leaves as a dead letter with the reason. Never touches containers.
 * Imports {@code app}, {@code failure}, {@code deployment}, {@code convergence}.
 */
@NullMarked
package io.appserver.orchestrator.intake;

import org.jspecify.annotations.NullMarked;

/**
 * Asks apps whether they are well: over the network, or through the engine. Found as the
 * implementation of {@link io.appserver.orchestrator.runtime.HealthProbe}; nobody imports this
 * package.
 */
@NullMarked
package io.appserver.orchestrator.runtime.probe;

import org.jspecify.annotations.NullMarked;

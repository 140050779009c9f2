/**
 * What a container is to be, as a hash, and how its health is asked for: pure functions of settings
 * and image.
 */
@NullMarked
package io.appserver.orchestrator.convergence.spec;

import org.jspecify.annotations.NullMarked;

/**
 * The runtime port: what can be read from a container engine ({@link
 * io.appserver.orchestrator.runtime.RuntimeView}) and what can be changed in it ({@link
 * io.appserver.orchestrator.runtime.RuntimeControl}, for {@code convergence} alone), with the
 * values both speak in.
 */
@NullMarked
package io.appserver.orchestrator.runtime;

import org.jspecify.annotations.NullMarked;

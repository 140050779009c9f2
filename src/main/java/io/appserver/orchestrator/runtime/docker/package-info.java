/**
 * The runtime port on the API of Docker Engine 20.10 and newer, by docker-java. Paths carry no
 * version, so the engine speaks its own newest; each call has a deadline of its own; what fails is
 * translated in one place, {@code DockerFailures}. Nobody imports this package: it is found as the
 * implementation of the port.
 */
@NullMarked
package io.appserver.orchestrator.runtime.docker;

import org.jspecify.annotations.NullMarked;

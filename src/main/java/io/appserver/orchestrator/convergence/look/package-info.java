/** One look at one app: what is to be done, done a step at a time, and what follows a failure. */
@NullMarked
package io.appserver.orchestrator.convergence.look;

import org.jspecify.annotations.NullMarked;

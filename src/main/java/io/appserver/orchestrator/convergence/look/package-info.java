/** One look at one app: gathers the facts, decides, and has it done, whatever the engine. */
@NullMarked
package io.appserver.orchestrator.convergence.look;

import org.jspecify.annotations.NullMarked;

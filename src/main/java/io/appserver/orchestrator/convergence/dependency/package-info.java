/** What an app waits for, and on which node it belongs with those it needs. */
@NullMarked
package io.appserver.orchestrator.convergence.dependency;

import org.jspecify.annotations.NullMarked;

/**
 * Why an app is looked at, and how one asks for it. Everybody who wants something done starts here.
 */
@NullMarked
package io.appserver.orchestrator.convergence.signal;

import org.jspecify.annotations.NullMarked;

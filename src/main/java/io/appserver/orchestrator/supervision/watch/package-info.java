/** What the engine tells and what probes find, and whether the host is to blame. */
@NullMarked
package io.appserver.orchestrator.supervision.watch;

import org.jspecify.annotations.NullMarked;

/** What should be compared with what is, and the signals that follow from it. */
@NullMarked
package io.appserver.orchestrator.supervision.reconcile;

import org.jspecify.annotations.NullMarked;

/** The events that were taken, as they are kept. */
@NullMarked
package io.appserver.orchestrator.intake.store;

import org.jspecify.annotations.NullMarked;

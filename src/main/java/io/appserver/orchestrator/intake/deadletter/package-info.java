/** What could not be done: the outbox, dead letters and what an operator does with them. */
@NullMarked
package io.appserver.orchestrator.intake.deadletter;

import org.jspecify.annotations.NullMarked;

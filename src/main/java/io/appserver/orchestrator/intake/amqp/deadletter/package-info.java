/** The queue of dead letters at the broker: published to, looked at, replayed. */
@NullMarked
package io.appserver.orchestrator.intake.amqp.deadletter;

import org.jspecify.annotations.NullMarked;

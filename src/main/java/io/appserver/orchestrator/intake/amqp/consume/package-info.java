/** The consumers of the queues: connections, batches, confirmation. */
@NullMarked
package io.appserver.orchestrator.intake.amqp.consume;

import org.jspecify.annotations.NullMarked;

/** What the broker says of itself, for the doctor. */
@NullMarked
package io.appserver.orchestrator.intake.amqp.inspect;

import org.jspecify.annotations.NullMarked;

package io.appserver.orchestrator.intake.amqp.consume;

import io.appserver.orchestrator.intake.amqp.BoundedFrameHandler;
import io.appserver.orchestrator.intake.event.Message;
import java.util.Optional;

/**
 * A message as it came through a channel.
 *
 * @param tag the channel's number for it, growing
 * @param cut what did not come of it, if it did not come whole
 * @param again whether the broker had delivered it before, to whomever
 */
record Delivery(long tag, Message message, Optional<BoundedFrameHandler.Cut> cut, boolean again) {}

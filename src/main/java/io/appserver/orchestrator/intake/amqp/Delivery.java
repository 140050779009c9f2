package io.appserver.orchestrator.intake.amqp;

import io.appserver.orchestrator.intake.Message;
import java.util.Optional;

/**
 * A message as it came through a channel.
 *
 * @param tag the channel's number for it, growing
 * @param cut what did not come of it, if it did not come whole
 * @param again whether the broker had delivered it before, to whomever
 */
record Delivery(long tag, Message message, Optional<LimitedFrames.Cut> cut, boolean again) {}

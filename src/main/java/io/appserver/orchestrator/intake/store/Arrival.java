package io.appserver.orchestrator.intake.store;

import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.event.Message;
import java.util.Optional;

/**
 * A message, and the event it turned out to be.
 *
 * @param traceparent the trace in which it is taken, if it is traced
 */
public record Arrival(Message message, AppEvent event, Optional<String> traceparent) {}

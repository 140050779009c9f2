package io.appserver.orchestrator.intake;

/** A message, and the event it turned out to be. */
public record Arrival(Message message, AppEvent event) {}

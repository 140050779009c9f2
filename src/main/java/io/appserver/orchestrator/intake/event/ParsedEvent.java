package io.appserver.orchestrator.intake.event;

/** What a message's body turned out to be: an event that can be acted on, or none. */
public sealed interface ParsedEvent permits AppEvent, Rejected {}

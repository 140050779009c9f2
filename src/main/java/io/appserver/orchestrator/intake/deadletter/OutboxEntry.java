package io.appserver.orchestrator.intake.deadletter;

import java.util.UUID;

/** A dead letter that was written with its reason and has not been confirmed by the broker yet. */
public record OutboxEntry(UUID intake, DeadLetter letter) {}

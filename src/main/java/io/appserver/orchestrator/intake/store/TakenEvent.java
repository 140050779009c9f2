package io.appserver.orchestrator.intake.store;

import io.appserver.orchestrator.convergence.signal.Signals.Signal;
import java.util.Optional;
import java.util.UUID;

/**
 * An event that is being taken.
 *
 * @param intake the id it is kept under
 * @param signal the one it gave; empty while its app's name is not known, or its app cannot be
 *     signalled
 */
public record TakenEvent(UUID intake, Arrival arrival, Optional<Signal> signal) {}

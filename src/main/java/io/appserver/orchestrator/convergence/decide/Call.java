package io.appserver.orchestrator.convergence.decide;

/**
 * What a look is for, beside the facts of the app.
 *
 * @param renews whether what has failed may be tried anew
 * @param endsPause whether what pauses need not wait any longer
 * @param restart whether an operator wants what runs restarted, and nothing else is to be renewed
 * @param askedAnew whether the app is to be asked otherwise than before whether it is well
 */
public record Call(boolean renews, boolean endsPause, boolean restart, boolean askedAnew) {}

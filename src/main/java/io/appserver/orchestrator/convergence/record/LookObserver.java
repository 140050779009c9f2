package io.appserver.orchestrator.convergence.record;

/**
 * Learns what looks came to. Called inside the transaction that stores it: what it writes is kept
 * or lost with it.
 */
public interface LookObserver {

  void looked(Look look);
}

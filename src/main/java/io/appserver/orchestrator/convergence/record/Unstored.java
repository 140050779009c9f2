package io.appserver.orchestrator.convergence.record;

/** A change that a look ends with: it is stored in one transaction with what the look came to. */
@FunctionalInterface
public interface Unstored {

  /**
   * Stores it.
   *
   * @param check is done first: it throws if the lease is not ours and alive, and holds its row
   *     else
   * @param also is done last, in the same transaction
   */
  void store(Runnable check, Runnable also);
}

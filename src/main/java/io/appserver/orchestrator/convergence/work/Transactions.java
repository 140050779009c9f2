package io.appserver.orchestrator.convergence.work;

import java.util.function.Supplier;

/** Several writes as one: all or none. */
public interface Transactions {

  /** Runs the work in the present transaction, or in one of its own; rolled back if it throws. */
  <T> T required(Supplier<T> work);

  /** Runs the action once the present transaction has committed; at once where there is none. */
  void afterCommit(Runnable action);
}

package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.convergence.work.LeaseLostException;
import io.appserver.orchestrator.convergence.work.WorkStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** A fault put in on purpose, to see that it is noticed. */
enum Mutation {
  NONE,
  /** Calls begin under leases that are lost. */
  NO_LEASE_CHECK,
  /** Signals that are to come count as handled. */
  SIGNALS_LOST,
  /** Containers are relied on though a call may still befall them. */
  NOTHING_CONDEMNED,
  /** All that is worked on shares so few threads that those who wait can take all of them. */
  FEW_THREADS;

  private static final int FEW = 4;

  /** How many workers an instance may have at once. */
  int mostWorkers() {
    return this == FEW_THREADS ? FEW : Integer.MAX_VALUE;
  }

  WorkStore of(WorkStore store) {
    if (this == NONE || this == FEW_THREADS) {
      return store;
    }
    return (WorkStore)
        Proxy.newProxyInstance(
            WorkStore.class.getClassLoader(),
            new Class<?>[] {WorkStore.class},
            (self, method, arguments) -> {
              if (this == NOTHING_CONDEMNED && method.getName().equals("condemned")) {
                return Set.of();
              }
              if (this == SIGNALS_LOST && method.getName().equals("handled")) {
                arguments[1] = (Long) arguments[1] + 100;
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                if (this == NO_LEASE_CHECK
                    && method.getName().equals("begin")
                    && e.getCause() instanceof LeaseLostException) {
                  return 0L;
                }
                throw e.getCause();
              }
            });
  }
}

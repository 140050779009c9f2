package io.appserver.orchestrator.convergence.jpa;

import io.appserver.orchestrator.convergence.work.Transactions;
import jakarta.annotation.Resource;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.function.Supplier;

/** The server's transactions. */
@Stateless
@Local(Transactions.class)
public class ServerTransactions implements Transactions {

  @SuppressWarnings("NullAway.Init")
  @Resource
  private TransactionSynchronizationRegistry registry;

  @Override
  public <T> T required(Supplier<T> work) {
    return work.get();
  }

  @Override
  public void afterCommit(Runnable action) {
    registry.registerInterposedSynchronization(
        new Synchronization() {
          @Override
          public void beforeCompletion() {
            // nothing to flush
          }

          @Override
          public void afterCompletion(int status) {
            if (status == Status.STATUS_COMMITTED) {
              action.run();
            }
          }
        });
  }
}

package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.NotStartedException;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Who this instance is. It is known once the node is registered, and told by the start of the
 * convergence. What is made after that takes the {@link Identity} itself; what is made before takes
 * a provider of it.
 */
@Singleton
class WorkerIdentity {

  private volatile @Nullable Identity known;

  void is(Identity identity) {
    known = identity;
  }

  /**
   * The identity, for all who ask.
   *
   * @throws NotStartedException before it is known
   */
  @Produces
  @Dependent
  Identity get() {
    Identity now = known;
    if (now == null) {
      throw new NotStartedException("not registered yet");
    }
    return now;
  }
}

package io.appserver.orchestrator.convergence.work;

import java.time.Duration;
import java.util.Collection;
import java.util.UUID;

/** Prolongs the leases of an instance, over a connection that nothing else can keep busy. */
public interface Heartbeat {

  /**
   * Prolongs those that are still alive, but for the ones whose rows somebody has locked: these do
   * not hold up the others.
   *
   * @return the leases that were prolonged
   * @throws RuntimeException if that is not certain
   */
  Collection<Lease> beat(UUID owner, Duration ttl);
}

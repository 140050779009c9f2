package io.appserver.orchestrator.convergence;

import java.time.Duration;
import java.util.UUID;

/** Prolongs the leases of an instance, over a connection that nothing else can keep busy. */
public interface Heartbeat {

  /** Prolongs those that are still alive; throws if that is not certain. */
  void beat(UUID owner, Duration ttl);
}

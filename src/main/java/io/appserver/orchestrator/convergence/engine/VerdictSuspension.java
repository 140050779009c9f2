package io.appserver.orchestrator.convergence.engine;

import jakarta.inject.Singleton;
import java.util.function.BooleanSupplier;

/**
 * Whether the host is in trouble, so that nothing is held against an app: one that is not healthy
 * in time is waited for meanwhile.
 */
@Singleton
public final class VerdictSuspension implements BooleanSupplier {

  private volatile boolean suspended;

  public void suspend(boolean now) {
    suspended = now;
  }

  @Override
  public boolean getAsBoolean() {
    return suspended;
  }
}

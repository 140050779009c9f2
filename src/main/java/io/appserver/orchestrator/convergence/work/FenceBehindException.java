package io.appserver.orchestrator.convergence.work;

/**
 * A container bears a fence that is not below the lease's: the database was put back to an earlier
 * state, say. The lease must be taken anew, above it.
 */
public final class FenceBehindException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long seen;

  public FenceBehindException(long seen) {
    super("a container bears fence " + seen);
    this.seen = seen;
  }

  public long seen() {
    return seen;
  }
}

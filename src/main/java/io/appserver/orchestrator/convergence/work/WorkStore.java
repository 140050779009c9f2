package io.appserver.orchestrator.convergence.work;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Signals, leases and the journal of acts, kept so that several instances agree on them. Times are
 * the database's. Each method is one transaction, or part of the caller's.
 */
public interface WorkStore {

  /**
   * Signals the app at the node it belongs to: the one that has its deployment, or its data volume.
   *
   * @param node to which an app goes that belongs to none yet
   */
  Signals.Signal signal(String node, AppName app, Cause cause);

  /** Signals the app at exactly that node. */
  Signals.Signal signalAt(String node, AppName app, Cause cause);

  /**
   * Apps with unhandled signals or a wake-up time that has come, unless another instance holds a
   * live lease.
   */
  DueWork due(String node, UUID owner);

  /** Apps of the node that were signalled and not looked at to the end since. */
  Set<AppName> unhandled(String node);

  /**
   * Takes the lease with a new fence, unless another instance holds a live one, or no node has that
   * name any more: a process that stood still while its node was renamed has no say.
   *
   * @param seenFence the highest fence seen on the app's containers; the new one is greater
   */
  Optional<Claim> claim(String node, AppName app, UUID owner, Duration ttl, long seenFence);

  /** Whether the name is registered, and as another engine's than the lease's node is. */
  boolean isAnotherEngine(Lease lease, String node);

  /** No other app is placed on a node until the caller's transaction ends. */
  void lockPlacement();

  /** Whether that node is alive, and not retired. */
  boolean takesApps(String node);

  /** Reads the signals anew under a lease that goes on. */
  Claim refresh(Lease lease);

  /**
   * Stores what was handled and when to look again by itself; empty means not at all. Gives the
   * lease back unless signals came meanwhile.
   *
   * @return whether signals came meanwhile
   * @throws LeaseLostException if the lease is not ours any more
   */
  boolean handled(Lease lease, long signalSeq, Optional<Duration> wakeAfter);

  /** Gives the lease back; nothing happens if it is not ours any more. */
  void release(Lease lease);

  /** Gives all leases back, but for those whose rows somebody has locked: they run out. */
  void releaseAll(UUID owner);

  /**
   * Holds the lease's row until the caller's transaction ends.
   *
   * @throws LeaseLostException unless the lease is ours and alive
   */
  void check(Lease lease);

  /**
   * Checks and prolongs the lease, and opens a journal entry.
   *
   * @return the entry's number
   * @throws LeaseLostException unless the lease is ours and alive
   */
  long begin(Lease lease, Duration ttl, String verb, String target);

  /** Closes the entry; nothing happens if another instance has settled it meanwhile. */
  void end(long act, ActOutcome outcome);

  /** Closes the entry as done, and all others on its target: nothing late can befall it. */
  void endForGood(Lease lease, long act, String target);

  /**
   * Targets of acts that got no answer, or were left open under an older fence: late effects may
   * come.
   */
  Set<String> condemned(Lease lease);

  /** Whether the journal knows a start of the container for the app: then it is none of a copy. */
  boolean hasStarted(Lease lease, String container);

  /** Closes the journal on what is gone for good. */
  void settle(Lease lease, String target);

  /** Closes the journal on acts of one kind, of which it was found out what became of them. */
  void settle(Lease lease, String target, String verb);

  /** How an act ended. */
  enum ActOutcome {
    DONE,
    REFUSED,
    UNANSWERED
  }

  /** The database's time. */
  Instant now();
}

package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.convergence.work.FaultPoint;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.LaneStandsException;
import io.appserver.orchestrator.convergence.work.Lanes;
import io.appserver.orchestrator.convergence.work.Lease;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.LeaseLostException;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.SendGuard;
import java.util.function.Supplier;

/**
 * Makes changing calls to the engine, each only under a live lease and with its entry in the
 * journal. An entry left open or unanswered condemns the container it names: a late effect may
 * come.
 */
public final class Journal {

  private final WorkStore work;
  private final LeaseClock leases;

  public Journal(WorkStore work, LeaseClock leases) {
    this.work = work;
    this.leases = leases;
  }

  /** A slow call holds up nobody: see {@link Lanes}. */
  <T> T act(Run run, Lane lane, String verb, String target, Supplier<T> call) {
    return run.aside(() -> {
      Lane.Place place = enter(run, lane, verb, target);
      try {
        return journaled(run.lease(), verb, target, call);
      } finally {
        place.leave();
      }
    });
  }

  private static Lane.Place enter(Run run, Lane lane, String verb, String target) {
    try {
      return lane.enter(run.cancellation());
    } catch (LaneStandsException e) {
      throw new UnreachableException(
          Failure.of(
              FailureCode.ENGINE_BUSY,
              "The engine was not asked to %s %s yet: of the calls of that kind %s. It is asked again."
                  .formatted(verb, target, e.getMessage())),
          e);
    }
  }

  /**
   * The call may last longer than a lease, which is prolonged meanwhile. It is not sent without
   * one, and its answer is no reason to go on if the lease was lost.
   */
  private <T> T journaled(Lease lease, String verb, String target, Supplier<T> call) {
    long asked = leases.now();
    long entry = work.begin(lease, LeaseClock.TTL, verb, target);
    leases.prolonged(lease, asked);
    FaultPoint.pass(verb, "opened");
    T answer = answer(entry, lease, verb, call);
    work.end(entry, WorkStore.ActOutcome.DONE);
    FaultPoint.pass(verb, "closed");
    leases.requireAlive(lease);
    return answer;
  }

  private <T> T answer(long entry, Lease lease, String verb, Supplier<T> call) {
    try {
      leases.requireTimeToSend(lease);
      FaultPoint.pass(verb, "asked");
      T answer = SendGuard.under(() -> leases.requireTimeToSend(lease), call);
      FaultPoint.pass(verb, "answered");
      return answer;
    } catch (UnansweredCallException e) {
      work.end(entry, WorkStore.ActOutcome.UNANSWERED);
      throw e;
    } catch (LeaseLostException | DeploymentException e) {
      work.end(entry, WorkStore.ActOutcome.REFUSED); // nothing was sent, or it was refused
      throw e;
    }
  }

  /** Closes the entries of a target that no late effect can befall any more. */
  void settle(Run run, String target) {
    work.settle(run.lease(), target);
  }
}

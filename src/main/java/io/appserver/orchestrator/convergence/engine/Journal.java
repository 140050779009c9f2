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
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Makes changing calls to the engine, each only under a live lease and with its entry in the
 * journal. An entry left open or unanswered condemns the container it names: a late effect may
 * come.
 */
@Singleton
public final class Journal {

  private final WorkStore work;
  private final LeaseClock leases;

  @Inject
  public Journal(WorkStore work, LeaseClock leases) {
    this.work = work;
    this.leases = leases;
  }

  /** Stores something in one transaction with what it is given: the opening of an entry. */
  @FunctionalInterface
  public interface Opening {
    /** Nothing else is to be stored. */
    Opening ALONE = Runnable::run;

    void with(Runnable entry);
  }

  /**
   * A call.
   *
   * @param opening stores what the call brings with it
   * @param settles whether, after that answer, nothing late can befall the target any more
   */
  record Act<T>(
      String verb, String target, Opening opening, Predicate<T> settles, Supplier<T> call) {

    static <T> Act<T> of(String verb, String target, Supplier<T> call) {
      return new Act<>(verb, target, Opening.ALONE, answer -> false, call);
    }

    static Act<Boolean> of(String verb, String target, Runnable call) {
      return of(
          verb,
          target,
          () -> {
            call.run();
            return true;
          });
    }

    Act<T> openedBy(Opening other) {
      return new Act<>(verb, target, other, settles, call);
    }

    Act<T> settling(Predicate<T> when) {
      return new Act<>(verb, target, opening, when, call);
    }
  }

  /** A slow call holds up nobody: see {@link Lanes}. */
  <T> T act(Run run, Lane lane, Act<T> act) {
    return run.aside(() -> {
      Lane.Place place = enter(run, lane, act.verb(), act.target());
      try {
        return journaled(run.lease(), act);
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
  private <T> T journaled(Lease lease, Act<T> act) {
    String verb = act.verb();
    long asked = leases.now();
    var opened = new AtomicLong();
    act.opening().with(() -> opened.set(work.begin(lease, LeaseClock.TTL, verb, act.target())));
    long entry = opened.get();
    leases.prolonged(lease, asked);
    FaultPoint.pass(verb, "opened");
    T answer = answer(entry, lease, act);
    if (act.settles().test(answer)) {
      work.endForGood(lease, entry, act.target());
    } else {
      work.end(entry, WorkStore.ActOutcome.DONE);
    }
    FaultPoint.pass(verb, "closed");
    leases.requireAlive(lease);
    return answer;
  }

  private <T> T answer(long entry, Lease lease, Act<T> act) {
    String verb = act.verb();
    try {
      leases.requireTimeToSend(lease);
      FaultPoint.pass(verb, "asked");
      T answer = SendGuard.under(() -> leases.requireTimeToSend(lease), act.call());
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
}

package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.engine.EngineOutage;
import io.appserver.orchestrator.convergence.engine.VerdictSuspension;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.signal.Signals;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.NotStartedException;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.work.WorkStore;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The convergence as the rest sees it: it is started once who we are is known, takes signals, and
 * stops.
 */
@Singleton
public class ConvergenceService implements Signals {

  private final Transactions transactions;
  private final WorkStore work;
  private final WorkerIdentity identity;
  private final Provider<Dispatcher> dispatchers;
  private final LeaseRenewal renewal;
  private final EngineOutage engineOutage;
  private final VerdictSuspension verdicts;
  private volatile @Nullable Running running;

  private record Running(Identity identity, Dispatcher dispatcher, Future<?> heartbeat) {}

  /**
   * @param dispatchers is asked at the start: what works for a node is made once it is known which
   *     one
   */
  @Inject
  ConvergenceService(
      Transactions transactions,
      WorkStore work,
      WorkerIdentity identity,
      Provider<Dispatcher> dispatchers,
      LeaseRenewal renewal,
      EngineOutage engineOutage,
      VerdictSuspension verdicts) {
    this.transactions = transactions;
    this.work = work;
    this.identity = identity;
    this.dispatchers = dispatchers;
    this.renewal = renewal;
    this.engineOutage = engineOutage;
    this.verdicts = verdicts;
  }

  /** Begins to work, as that identity; once in the life of a server. */
  public synchronized void start(Identity who) {
    if (running != null) {
      throw new IllegalStateException("the convergence runs already");
    }
    identity.is(who);
    Dispatcher dispatcher = dispatchers.get();
    Future<?> heartbeat = renewal.begin(who.instance());
    running = new Running(who, dispatcher, heartbeat);
    dispatcher.begin();
  }

  @Override
  public Signal signal(AppName app, Cause cause) {
    Running now = requireRunning();
    return transactions.required(() -> {
      Signal signal = work.signal(now.identity().node(), app, cause);
      transactions.afterCommit(() -> now.dispatcher().nudge(app));
      return signal;
    });
  }

  /** Signals the app at this node, whichever it belongs to. */
  public void signalHere(AppName app, Cause cause) {
    Running now = requireRunning();
    work.signalAt(now.identity().node(), app, cause);
    now.dispatcher().nudge(app);
  }

  /** The engine was lost, or is back: what ended around now has not failed. */
  public void engineWasInTrouble() {
    engineOutage.seen();
  }

  /**
   * The host is in trouble, or is not any more: an app that is not healthy in time is waited for
   * meanwhile.
   */
  public void suspendVerdicts(boolean suspended) {
    verdicts.suspend(suspended);
  }

  /** At rest work is looked for less often: no other instance may be there that signals. */
  public void rest(boolean atRest) {
    Optional.ofNullable(running).ifPresent(now -> now.dispatcher().rest(atRest));
  }

  /** Apps that were signalled here and not looked at to the end since. */
  public Set<AppName> unhandled() {
    return work.unhandled(requireRunning().identity().node());
  }

  /** How many apps are being worked on now. */
  public int busy() {
    Running now = running;
    return now == null ? 0 : now.dispatcher().busy();
  }

  /**
   * How long ago it last began to look for work, or to prolong its leases, whichever is longer:
   * seconds as long as it works, whatever that comes to. Empty while it does not run.
   */
  public Optional<Duration> silence() {
    Running now = running;
    return now == null
        ? Optional.empty()
        : Optional.of(Collections.max(List.of(now.dispatcher().silence(), renewal.silence())));
  }

  /** Breaks off what waits and gives the leases back. */
  public synchronized void stop(Duration atMost) {
    Running now = running;
    if (now != null) {
      running = null;
      try {
        now.dispatcher().stop(atMost);
      } finally {
        now.heartbeat().cancel(false);
      }
    }
  }

  private Running requireRunning() {
    Running now = running;
    if (now == null) {
      throw new NotStartedException("the convergence does not run yet, or not any more");
    }
    return now;
  }
}

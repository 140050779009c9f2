package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.engine.Pulls;
import io.appserver.orchestrator.convergence.look.Reconciler;
import io.appserver.orchestrator.convergence.record.DeploymentWriter;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.record.Stage;
import io.appserver.orchestrator.convergence.work.Claim;
import io.appserver.orchestrator.convergence.work.DependencyOrder;
import io.appserver.orchestrator.convergence.work.FaultPoint;
import io.appserver.orchestrator.convergence.work.FenceBehindException;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.LeaseClock;
import io.appserver.orchestrator.convergence.work.LeaseLostException;
import io.appserver.orchestrator.convergence.work.RestartPause;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Gives each app that is due a worker: never two for one app, many for many. A signal for an app
 * that is being worked on is kept in the database and seen by its worker at the end, or at once
 * where it makes the work pointless.
 */
final class Dispatcher {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class.getName());

  /**
   * How often the database is asked for work that no local signal told of: wake-ups, other
   * instances' signals.
   */
  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * So many workers look at once: fewer than the database has connections for. What they wait for
   * and what they ask the engine does not count.
   */
  private static final int MOST_LOOKS = 12;

  /**
   * Workers at most, those included that wait: each has a thread. Then those that have waited
   * longest give way to who has something to do.
   */
  static final int MOST_WORKERS = RuntimeView.MOST_AT_ONCE;

  /** A wait that is broken off for others has lasted so long at least. */
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(5);

  private final Identity identity;
  private final WorkStore work;
  private final DeploymentWriter writer;
  private final Reconciler reconciler;
  private final LeaseClock leases;
  private final TimeSource time;
  private final ExecutorService executor;
  private final Pulls pulls;
  private final Lane looks;
  private final int mostWorkers;
  private final Map<AppName, Worker> workers = new ConcurrentHashMap<>();
  private final Map<AppName, Setback> setbacks = new ConcurrentHashMap<>();

  /** What is due and has no worker yet, in the order in which it became so. */
  private final Set<AppName> queue = new LinkedHashSet<>();

  /** A permit says that there may be work. */
  private final Semaphore bell = new Semaphore(0);

  private volatile boolean stopping;
  private volatile long roundBegan;
  private volatile String databaseTrouble = "";

  /** A worker that broke off, and when the app may be tried again. */
  private record Setback(int times, long untilNanos) {}

  Dispatcher(
      Identity identity,
      WorkStore work,
      DeploymentWriter writer,
      Reconciler reconciler,
      LeaseClock leases,
      TimeSource time,
      ExecutorService executor,
      Pulls pulls,
      int mostWorkers) {
    this.identity = identity;
    this.work = work;
    this.writer = writer;
    this.reconciler = reconciler;
    this.leases = leases;
    this.time = time;
    this.roundBegan = time.nanoTime();
    this.executor = executor;
    this.pulls = pulls;
    this.mostWorkers = mostWorkers;
    this.looks = new Lane(MOST_LOOKS, time);
  }

  /** There may be something due for the app. */
  void nudge(AppName app) {
    Worker worker = workers.get(app);
    if (worker != null) {
      worker.tellNews();
    }
    bell.release();
  }

  /** How many apps are being worked on. */
  int busy() {
    return workers.size();
  }

  /** How long ago it last began to look for work. */
  Duration silence() {
    return Duration.ofNanos(time.nanoTime() - roundBegan);
  }

  /** What is wrong with the database, or empty. */
  String databaseTrouble() {
    return databaseTrouble;
  }

  /** Looks for work until stopped. */
  void dispatch() {
    while (!stopping) {
      roundBegan = time.nanoTime();
      try {
        Map<AppName, Long> due = work.due(identity.node(), identity.instance());
        due.forEach(this::tellWorker);
        inOrder(due.keySet()).forEach(this::begin);
        if (!databaseTrouble.isEmpty()) {
          LOG.info("the database answers again");
          databaseTrouble = "";
        }
      } catch (RuntimeException | Error e) {
        if (databaseTrouble.isEmpty()) {
          LOG.log(
              e instanceof Error ? Level.SEVERE : Level.WARNING,
              "work cannot be read from the database; it is asked again",
              e);
        }
        databaseTrouble = "work cannot be read from the database: " + e.getMessage();
      }
      rest();
    }
  }

  /** Another instance may have taken the event that makes the work pointless. */
  private void tellWorker(AppName app, long signalSeq) {
    Worker worker = workers.get(app);
    if (worker != null) {
      worker.signalled(signalSeq);
    }
  }

  private List<AppName> inOrder(Set<AppName> due) {
    queue.retainAll(due);
    queue.addAll(due);
    queue.removeAll(workers.keySet());
    List<AppName> free = List.copyOf(queue);
    return free.size() < 2 ? free : DependencyOrder.of(free, reconciler.softDependencies());
  }

  private void begin(AppName app) {
    Setback setback = setbacks.get(app);
    boolean pausing = setback != null && setback.untilNanos() - time.nanoTime() > 0;
    if (pausing) {
      return;
    }
    if (workers.size() >= mostWorkers) {
      makeRoom();
      return;
    }
    var worker = new Worker(app);
    if (workers.putIfAbsent(app, worker) != null) {
      return;
    }
    try {
      executor.execute(worker);
    } catch (RejectedExecutionException e) {
      workers.remove(app, worker);
      LOG.log(Level.FINE, e, () -> "app_name=%s waits for a thread".formatted(app));
    }
  }

  /** Breaks off the longest wait; what waited so is due, behind all others. */
  private void makeRoom() {
    workers.values().stream()
        .filter(Worker::mayGiveWay)
        .max(Comparator.comparing(Worker::hasWaited))
        .ifPresent(Worker::giveWay);
  }

  private void rest() {
    try {
      if (time.tryAcquire(bell, POLL)) {
        bell.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    }
  }

  /**
   * Begins no more work, breaks off what waits, and gives the leases back once all have ended or
   * the time is over.
   */
  void stop(Duration atMost) {
    stopping = true;
    workers.values().forEach(Worker::cancel);
    long deadline = time.nanoTime() + atMost.toNanos();
    while (!workers.isEmpty() && deadline - time.nanoTime() > 0) {
      rest();
      workers.values().forEach(Worker::cancel);
    }
    if (workers.isEmpty()) {
      work.releaseAll(identity.instance());
    }
  }

  /** Works on one app until nothing is left to do. */
  private final class Worker implements Runnable {
    private final AppName app;
    private volatile Cancellation cancellation = new Cancellation();
    private volatile Reconciler.@Nullable Aim aim;
    private volatile @Nullable Run look;
    private volatile long lookBegan;
    private volatile boolean givesWay;
    private final Run.Place place = new Run.Place(looks);
    private final MergedTask rechecks = new MergedTask(executor, this::check);

    /** The last signal that the present look covers, or that it was checked against. */
    private volatile long seenSeq = Long.MAX_VALUE;

    Worker(AppName app) {
      this.app = app;
    }

    void cancel() {
      cancellation.request();
    }

    void signalled(long seq) {
      if (seq > seenSeq) {
        seenSeq = seq;
        tellNews();
      }
    }

    /** There is a signal that the present look does not know of. */
    void tellNews() {
      Run now = look;
      if (now != null) {
        now.tellNews();
      }
      recheck();
    }

    Duration hasWaited() {
      return Duration.ofNanos(time.nanoTime() - lookBegan);
    }

    /** Whether it waits, and nothing is lost if it begins anew. */
    boolean mayGiveWay() {
      return !givesWay
          && look != null
          && !place.isTaken()
          && !pulls.underWay(app)
          && hasWaited().compareTo(SHORTEST_WAIT) >= 0;
    }

    void giveWay() {
      givesWay = true;
      cancel();
    }

    /** Breaks the present look off if the platform or an operator has changed his mind since. */
    void recheck() {
      try {
        rechecks.ask();
      } catch (RejectedExecutionException e) {
        LOG.log(
            Level.FINE, e, () -> "app_name=%s is checked at the end of its look".formatted(app));
      }
    }

    private void check() {
      try {
        Reconciler.Aim before = aim;
        if (before != null && !reconciler.aim(app).equals(before)) {
          cancel();
        }
      } catch (RuntimeException e) {
        LOG.log(Level.FINE, e, () -> "app_name=%s could not be checked".formatted(app));
      }
    }

    @Override
    public void run() {
      try (place) {
        place.take();
        try {
          claimAndWork(0);
        } catch (FenceBehindException e) {
          LOG.log(Level.WARNING, e, () -> "app_name=%s the lease is taken anew".formatted(app));
          claimAndWork(e.seen());
        }
        setbacks.remove(app);
      } catch (LeaseLostException e) {
        LOG.info(() -> "app_name=%s is left as it is: %s".formatted(app, e.getMessage()));
        pauseAfterSetback();
      } catch (RuntimeException | Error e) {
        setBack(e);
      } finally {
        pulls.forget(app);
        workers.remove(app, this);
        bell.release();
      }
    }

    private void claimAndWork(long seenFence) {
      long asked = leases.now();
      Optional<Claim> claim =
          work.claim(identity.node(), app, identity.instance(), LeaseClock.TTL, seenFence);
      if (claim.isPresent()) {
        leases.taken(claim.get().lease(), asked);
        FaultPoint.pass("lease", "taken");
        try {
          work(claim.get());
        } finally {
          leases.forget(app);
        }
      }
    }

    private void work(Claim first) {
      Claim claim = first;
      boolean more = true;
      while (more && !stopping && !givesWay) {
        cancellation = new Cancellation();
        var run = new Run(claim, cancellation, leases, place, time, () -> stopping);
        lookBegan = time.nanoTime();
        look = run; // before what it covers is known: no news comes between
        seenSeq = claim.signalSeq();
        aim = reconciler.aim(app);
        if (stopping) {
          break;
        }
        try {
          var step = new Stage(Stage.Kind.LOOK, app).note(Stage.CAUSES, claim.causes());
          more = writer.take(step, () -> look(run));
        } catch (CancelledException e) {
          LOG.fine(() -> "app_name=%s is looked at anew: %s".formatted(app, e.getMessage()));
        }
        if (more && !stopping && !givesWay) {
          claim = work.refresh(claim.lease());
        }
      }
      work.release(claim.lease());
      FaultPoint.pass("lease", "given back");
    }

    /** Returns whether there is more to do. */
    private boolean look(Run run) {
      long began = time.nanoTime();
      Outcome outcome = reconciler.look(run);
      boolean more = writer.handled(run, outcome);
      var took = Duration.ofNanos(time.nanoTime() - began);
      writer.tell(observer -> observer.looked(app, took, outcome.result()));
      return more;
    }

    private void setBack(Throwable e) {
      Duration pause = pauseAfterSetback();
      LOG.log(
          e instanceof Error ? Level.SEVERE : Level.WARNING,
          e,
          () ->
              "app_name=%s the look broke off; looked at again in %d s"
                  .formatted(app, pause.toSeconds()));
    }

    /** Nobody is helped by an app that is looked at as fast as the machine can. */
    private Duration pauseAfterSetback() {
      Setback last = setbacks.getOrDefault(app, new Setback(0, 0));
      Duration pause = RestartPause.after(last.times() + 1);
      setbacks.put(app, new Setback(last.times() + 1, time.nanoTime() + pause.toNanos()));
      return pause;
    }
  }
}

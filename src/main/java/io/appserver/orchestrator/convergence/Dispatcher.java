package io.appserver.orchestrator.convergence;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.engine.Pulls;
import io.appserver.orchestrator.convergence.work.DueWork;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.Lane;
import io.appserver.orchestrator.convergence.work.LeaseLostException;
import io.appserver.orchestrator.convergence.work.Run;
import io.appserver.orchestrator.convergence.work.TimeSource;
import io.appserver.orchestrator.convergence.work.WorkStore;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
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

/**
 * Gives each app that is due a worker: never two for one app, many for many. A signal for an app
 * that is being worked on is kept in the database and seen by its worker at the end, or at once
 * where it makes the work pointless.
 */
@Singleton
final class Dispatcher {

  private static final Logger LOG = Logger.getLogger(Dispatcher.class.getName());

  /**
   * How often the database is asked for work that no local signal told of: wake-ups, other
   * instances' signals.
   */
  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * The same at rest, where no other instance signals: one that comes is noticed within 5 s, and
   * ends the rest. What is due at a time of its own does not wait for that.
   */
  private static final Duration POLL_AT_REST = Duration.ofSeconds(10);

  /** A wait that is broken off for others has lasted so long at least. */
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(5);

  private final Identity identity;
  private final WorkStore work;
  private final Looks looks;
  private final TimeSource time;
  private final ExecutorService executor;
  private final Pulls pulls;
  private final int mostWorkers;
  private final Lane places;
  private final Setbacks setbacks;
  private final Map<AppName, WorkedApp> workers = new ConcurrentHashMap<>();

  /** What is due and has no worker yet, in the order in which it became so. */
  private final Set<AppName> queue = new LinkedHashSet<>();

  /** What was due when it was looked for last, and had a worker. */
  private final Set<AppName> dueUnderWay = ConcurrentHashMap.newKeySet();

  /** Whether something is due that has no worker. */
  private volatile boolean somebodyWaits;

  /** A permit says that there may be work. */
  private final Semaphore bell = new Semaphore(0);

  private volatile boolean stopping;
  private volatile boolean atRest;
  private volatile long roundBegan;
  private volatile String databaseTrouble = "";

  @Inject
  Dispatcher(
      Identity identity,
      WorkStore work,
      Looks looks,
      TimeSource time,
      ExecutorService executor,
      Pulls pulls,
      WorkerLimits limits) {
    this.identity = identity;
    this.work = work;
    this.looks = looks;
    this.time = time;
    this.roundBegan = time.nanoTime();
    this.executor = executor;
    this.pulls = pulls;
    this.mostWorkers = limits.workers();
    this.places = new Lane(limits.looks(), time);
    this.setbacks = new Setbacks(time);
  }

  /** There may be something due for the app. */
  void nudge(AppName app) {
    WorkedApp worker = workers.get(app);
    if (worker != null) {
      worker.tellNews();
    }
    bell.release();
  }

  /** Whether nothing goes on, and no other instance is there whose signals are to be found. */
  void rest(boolean now) {
    if (atRest && !now) {
      bell.release();
    }
    atRest = now;
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

  /** Begins to look for work. */
  void begin() {
    executor.execute(this::dispatch);
  }

  /** Looks for work until stopped. */
  private void dispatch() {
    while (!stopping) {
      roundBegan = time.nanoTime();
      Optional<Duration> next = Optional.empty();
      try {
        DueWork due = work.due(identity.node(), identity.instance());
        next = due.next();
        due.apps().forEach(this::tellWorker);
        noteUnderWay(due.apps().keySet());
        inOrder(due.apps().keySet()).forEach(this::begin);
        somebodyWaits = !workers.keySet().containsAll(queue);
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
      await(pause(next));
    }
  }

  /** Until the next round, if nobody rings. */
  private Duration pause(Optional<Duration> next) {
    boolean seldom = atRest && queue.isEmpty() && databaseTrouble.isEmpty();
    return next.filter(wait -> seldom && wait.compareTo(POLL_AT_REST) < 0)
        .orElse(seldom ? POLL_AT_REST : POLL);
  }

  /** Another instance may have taken the event that makes the work pointless. */
  private void tellWorker(AppName app, long signalSeq) {
    WorkedApp worker = workers.get(app);
    if (worker != null) {
      worker.signalled(signalSeq);
    }
  }

  /** What is due and is being worked on is looked for again once its worker has ended. */
  private void noteUnderWay(Set<AppName> due) {
    dueUnderWay.addAll(due);
    dueUnderWay.retainAll(workers.keySet());
  }

  private List<AppName> inOrder(Set<AppName> due) {
    queue.retainAll(due);
    queue.addAll(due);
    queue.removeAll(workers.keySet());
    return looks.inOrder(List.copyOf(queue));
  }

  private void begin(AppName app) {
    if (setbacks.isPausing(app)) {
      return;
    }
    if (workers.size() >= mostWorkers) {
      makeRoom();
      return;
    }
    var worker = looks.at(app, new Run.Place(places), executor);
    if (workers.putIfAbsent(app, worker) != null) {
      return;
    }
    try {
      executor.execute(() -> work(worker));
    } catch (RejectedExecutionException e) {
      workers.remove(app, worker);
      LOG.log(Level.FINE, e, () -> "app_name=%s waits for a thread".formatted(app));
    }
  }

  /**
   * Breaks off the longest wait, if nothing is lost when it begins anew; what waited so is due,
   * behind all others.
   */
  private void makeRoom() {
    workers.values().stream()
        .filter(WorkedApp::isWaiting)
        .filter(app -> !pulls.underWay(app.name()))
        .filter(app -> app.hasWaited().compareTo(SHORTEST_WAIT) >= 0)
        .max(Comparator.comparing(WorkedApp::hasWaited))
        .ifPresent(WorkedApp::giveWay);
  }

  private void work(WorkedApp worker) {
    AppName app = worker.name();
    try (Run.Place place = worker.place()) {
      place.take();
      looks.work(worker);
      setbacks.forget(app);
    } catch (LeaseLostException e) {
      LOG.info(() -> "app_name=%s is left as it is: %s".formatted(app, e.getMessage()));
      setbacks.add(app);
    } catch (RuntimeException | Error e) {
      Duration pause = setbacks.add(app);
      LOG.log(
          e instanceof Error ? Level.SEVERE : Level.WARNING,
          e,
          () ->
              "app_name=%s the look broke off; looked at again in %d s"
                  .formatted(app, pause.toSeconds()));
    } finally {
      pulls.forget(app);
      workers.remove(app, worker);
      if (dueUnderWay.remove(app) || somebodyWaits || stopping) {
        bell.release();
      }
    }
  }

  private void await(Duration pause) {
    try {
      if (time.tryAcquire(bell, pause)) {
        bell.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      beginNoMore();
    }
  }

  private void beginNoMore() {
    stopping = true;
    looks.stop();
  }

  /**
   * Begins no more work, breaks off what waits, and gives the leases back once all have ended or
   * the time is over.
   */
  void stop(Duration atMost) {
    beginNoMore();
    workers.values().forEach(WorkedApp::cancel);
    long deadline = time.nanoTime() + atMost.toNanos();
    while (!workers.isEmpty() && deadline - time.nanoTime() > 0) {
      await(POLL);
      workers.values().forEach(WorkedApp::cancel);
    }
    if (workers.isEmpty()) {
      work.releaseAll(identity.instance());
    }
  }
}

package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.container.EngineEvent;
import io.appserver.orchestrator.container.HealthProbe;
import io.appserver.orchestrator.container.RuntimeView;
import io.appserver.orchestrator.convergence.Cause;
import io.appserver.orchestrator.convergence.ConvergenceObserver;
import io.appserver.orchestrator.convergence.Identity;
import io.appserver.orchestrator.convergence.Node;
import io.appserver.orchestrator.convergence.Nodes;
import io.appserver.orchestrator.convergence.Orchestration;
import io.appserver.orchestrator.convergence.Time;
import io.appserver.orchestrator.deployment.Deployments;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The supervision as the rest sees it. Of the instances on a node one watches and reconciles; the
 * others stand by, and one of them goes on within seconds when it does not any more.
 */
@Singleton
public class Supervision {

  private static final Logger LOG = Logger.getLogger(Supervision.class.getName());

  /** How often it is asked whose turn it is. */
  private static final Duration BEAT = Duration.ofSeconds(2);

  /** How long a turn lasts without being asked for again; a killed instance's ends so. */
  private static final Duration TTL = Duration.ofSeconds(10);

  /** How long a stop waits for a question that is under way: a database may be slow. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Settings settings;
  private final Orchestration orchestration;
  private final Surroundings surroundings;
  private final Nodes nodes;
  private final Deployments deployments;
  private final RuntimeView view;
  private final HealthProbe probe;
  private final Iterable<ConvergenceObserver> observers;
  private final Iterable<SupervisionObserver> ownObservers;
  private final ExecutorService executor;
  private final ScheduledExecutorService scheduler;
  private final ReentrantLock beating = new ReentrantLock();
  private final Set<String> missing = new HashSet<>();
  private volatile @Nullable Identity identity;
  private volatile @Nullable Future<?> beat;
  private volatile @Nullable Turn turn;
  private volatile @Nullable ReconciliationReport lastReport;
  private volatile List<Node> knownNodes = List.of();
  private volatile long askedAt = System.nanoTime();

  /**
   * This instance's turn to watch.
   *
   * @param loops each goes on until the turn is ended
   */
  private record Turn(
      Supervisor supervisor,
      EngineWatch watch,
      Probes probes,
      List<Future<?>> loops,
      List<Future<?>> schedules) {

    /** Whether a part of it has ended by itself. */
    boolean isBroken() {
      return loops.stream().anyMatch(Future::isDone);
    }

    String trouble() {
      return Stream.of(
              isBroken() ? "the watch of the node broke off; it is begun anew" : "",
              watch.trouble(),
              supervisor.trouble(),
              probes.fault())
          .filter(words -> !words.isEmpty())
          .findFirst()
          .orElse("");
    }

    void end() {
      supervisor.stop();
      watch.stop();
      schedules.forEach(schedule -> schedule.cancel(false));
    }
  }

  @Inject
  public Supervision(
      Settings settings,
      Orchestration orchestration,
      Surroundings surroundings,
      Nodes nodes,
      Deployments deployments,
      RuntimeView view,
      HealthProbe probe,
      @Any Instance<ConvergenceObserver> observers,
      @Any Instance<SupervisionObserver> ownObservers,
      ExecutorService executor,
      ScheduledExecutorService scheduler) {
    this(
        settings,
        orchestration,
        surroundings,
        nodes,
        deployments,
        view,
        probe,
        (Iterable<ConvergenceObserver>) observers,
        (Iterable<SupervisionObserver>) ownObservers,
        executor,
        scheduler);
  }

  public Supervision(
      Settings settings,
      Orchestration orchestration,
      Surroundings surroundings,
      Nodes nodes,
      Deployments deployments,
      RuntimeView view,
      HealthProbe probe,
      Iterable<ConvergenceObserver> observers,
      Iterable<SupervisionObserver> ownObservers,
      ExecutorService executor,
      ScheduledExecutorService scheduler) {
    this.settings = settings;
    this.orchestration = orchestration;
    this.surroundings = surroundings;
    this.nodes = nodes;
    this.deployments = deployments;
    this.view = view;
    this.probe = probe;
    this.observers = observers;
    this.ownObservers = ownObservers;
    this.executor = executor;
    this.scheduler = scheduler;
  }

  /** Begins to ask for its turn; watches once it has it. */
  public synchronized void start(Identity who) {
    identity = who;
    beat = scheduler.scheduleWithFixedDelay(this::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Throws nothing: a schedule would end. */
  private void beat() {
    beating.lock();
    try {
      Identity who = identity;
      if (who != null) {
        askForTurn(who);
      }
    } catch (RuntimeException | Error e) {
      LOG.log(e instanceof Error ? Level.SEVERE : Level.FINE, "the turn was not asked for", e);
      if (System.nanoTime() - askedAt > TTL.toNanos()) {
        end("its turn could not be asked for again: " + e.getMessage());
      }
    } finally {
      beating.unlock();
    }
  }

  private void askForTurn(Identity who) {
    long asked = System.nanoTime();
    if (!nodes.supervise(who.node(), who.instance(), TTL)) {
      end("another instance watches node " + who.node());
    } else if (identity == null) {
      nodes.handOver(who.node(), who.instance()); // it stopped while it asked
    } else {
      askedAt = asked;
      if (of(Turn::isBroken).orElse(false)) {
        end("a part of it broke off; it is begun anew");
      }
      begin(who);
      noteDeadNodes(who);
    }
  }

  private synchronized void begin(Identity who) {
    if (turn != null || identity == null) {
      return;
    }
    var self = new Supervisor[1];
    var probes =
        new Probes(
            probe,
            new EngineChecks(view, who.installation()),
            settings.healthChecks(),
            observers,
            executor,
            Time.REAL,
            app -> self[0].sick(app));
    probes.engineAnswers(false); // until its events are heard
    var supervisor =
        new Supervisor(
            settings,
            who,
            orchestration,
            surroundings,
            new Watchlist(
                view, deployments, probes, app -> orchestration.signalHere(app, Cause.ENDED)),
            new Parked(
                orchestration::signalHere,
                new RegistryDoor(settings.registry().url()),
                executor,
                Time.REAL.clock()),
            this::reported,
            Time.REAL);
    self[0] = supervisor;
    var watch = new EngineWatch(view, new Ears(orchestration, supervisor, probes));
    LOG.info(() -> "this instance watches node %s now".formatted(who.node()));
    var begun =
        new Turn(
            supervisor, watch, probes, new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
    turn = begun;
    try {
      begun.loops().add(executor.submit(supervisor::run));
      begun.loops().add(executor.submit(watch::run));
      begun.schedules().add(every(probes.beat(), probes::round));
      begun.schedules().add(every(BEAT, watch::check));
    } catch (RuntimeException | Error e) {
      end("it could not be begun: " + e);
      throw e;
    }
  }

  private void reported(ReconciliationReport report) {
    lastReport = report;
    ownObservers.forEach(observer -> observer.reconciled(report));
  }

  private Future<?> every(Duration interval, Runnable round) {
    return scheduler.scheduleWithFixedDelay(
        round, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private record Ears(Orchestration orchestration, Supervisor supervisor, Probes probes)
      implements EngineWatch.Listener {
    @Override
    public void subscribed(boolean again) {
      probes.engineAnswers(true);
      if (again) {
        orchestration.engineWasInTrouble();
      }
      supervisor.reconcile(again ? Cause.ENGINE_BACK : Cause.START_UP);
    }

    @Override
    public void happened(EngineEvent event) {
      supervisor.heard(event);
    }

    @Override
    public void lost(String why) {
      probes.engineAnswers(false);
      orchestration.engineWasInTrouble();
    }
  }

  private synchronized void end(String why) {
    Turn now = turn;
    if (now != null) {
      turn = null;
      now.end();
      LOG.info(() -> "this instance does not watch its node any more: " + why);
    }
  }

  /** Another node's apps are not started here: whether it comes back is an operator's to say. */
  private void noteDeadNodes(Identity who) {
    knownNodes = nodes.all();
    for (Node node : knownNodes) {
      boolean gone = !node.name().equals(who.node()) && !node.alive() && !node.retired();
      if (gone && missing.add(node.name())) {
        LOG.warning(() ->
            "node %s was not seen since %s; its apps stay its own until it is back or retired"
                .formatted(node.name(), node.seenAt()));
      } else if (!gone && missing.remove(node.name())) {
        LOG.info(() -> "node %s is back".formatted(node.name()));
      }
    }
  }

  /** Compares everything anew, soon. */
  public void reconcile(Cause cause) {
    Turn now = turn;
    if (now != null) {
      now.supervisor().reconcile(cause);
    }
  }

  /** Whether this instance is the one that watches. */
  public boolean isWatching() {
    return turn != null;
  }

  /** The nodes of this installation, as they were last seen by an instance that watches. */
  public List<Node> nodes() {
    return knownNodes;
  }

  /** How many apps are probed by this instance. */
  public int watched() {
    return of(now -> now.probes().size()).orElse(0);
  }

  /** Why failing health checks are not acted on; empty if they are. */
  public String hostTrouble() {
    return of(now -> now.probes().trouble()).orElse("");
  }

  /** Why what runs is not watched as it should be; empty if it is, or another instance does. */
  public String trouble() {
    return of(Turn::trouble).orElse("");
  }

  private <T> Optional<T> of(Function<Turn, T> question) {
    return Optional.ofNullable(turn).map(question);
  }

  /** What the last reconciliation by this instance came to. */
  public Optional<ReconciliationReport> lastReport() {
    return Optional.ofNullable(lastReport);
  }

  /** Stops watching and lets another instance go on at once. */
  public void stop() {
    Identity who = identity;
    Future<?> asking = beat;
    if (who == null || asking == null) {
      return;
    }
    identity = null;
    asking.cancel(false);
    end("it stops");
    boolean waited = awaitBeat();
    try {
      nodes.handOver(who.node(), who.instance());
    } catch (RuntimeException e) {
      LOG.fine(() -> "the turn ends by itself: " + e.getMessage());
    } finally {
      if (waited) {
        beating.unlock();
      }
    }
  }

  /** One that is asking may take the turn after it was given back; false if it takes too long. */
  private boolean awaitBeat() {
    try {
      return beating.tryLock(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

package io.appserver.orchestrator.supervision;

import io.appserver.orchestrator.convergence.operation.Node;
import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.operation.Presence;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.failure.RecurringTask;
import io.appserver.orchestrator.supervision.reconcile.ReconciliationReport;
import io.appserver.orchestrator.supervision.term.LeaderTerm;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The supervision as the rest sees it. Of the instances on a node one watches and reconciles; the
 * others stand by, and one of them goes on within seconds when it does not any more.
 */
@Singleton
public class Supervision {

  private static final Logger LOG = Logger.getLogger(Supervision.class.getName());

  /**
   * How often it is asked whose turn it is. While nobody else is there to ask for it each second
   * time is left out: who comes is seen 4 s later at most, and a turn lasts 10 s.
   */
  private static final Duration BEAT = Duration.ofSeconds(2);

  /** How long a turn lasts without being asked for again; a killed instance's ends so. */
  private static final Duration TTL = Duration.ofSeconds(10);

  /** How long a stop waits for a question that is under way: a database may be slow. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private final Nodes nodes;
  private final Provider<LeaderTerm> terms;
  private final Reports reports;
  private final ExecutorService executor;
  private final ScheduledExecutorService scheduler;
  private final ReentrantLock beating = new ReentrantLock();
  private final Set<String> missing = new HashSet<>();
  private final Company company = new Company(System::nanoTime);
  private volatile @Nullable Identity identity;
  private volatile @Nullable Future<?> beat;
  private volatile @Nullable LeaderTerm term;
  private volatile List<Node> knownNodes = List.of();
  private volatile long askedAt = System.nanoTime();
  private boolean leftOut;

  /**
   * @param terms is asked for one each time that it is this instance's turn
   */
  @Inject
  Supervision(
      Nodes nodes,
      Provider<LeaderTerm> terms,
      Reports reports,
      ExecutorService executor,
      ScheduledExecutorService scheduler) {
    this.nodes = nodes;
    this.terms = terms;
    this.reports = reports;
    this.executor = executor;
    this.scheduler = scheduler;
  }

  /** Begins to ask for its turn; watches once it has it. */
  public synchronized void start(Identity who) {
    identity = who;
    beat =
        new RecurringTask("the asking for a turn", this::beat)
            .every(scheduler, Duration.ZERO, BEAT);
  }

  private void beat() {
    beating.lock();
    try {
      Identity who = identity;
      leftOut = !leftOut && company.isAlone();
      if (who != null && !leftOut) {
        askForTurn(who);
      }
    } catch (RuntimeException | Error e) {
      company.missed();
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
    Presence presence = nodes.supervise(who.node(), who.instance(), TTL);
    company.note(who.node(), presence);
    if (!presence.watches()) {
      end("another instance watches node " + who.node());
    } else if (identity == null) {
      nodes.handOver(who.node(), who.instance()); // it stopped while it asked
    } else {
      askedAt = asked;
      if (of(LeaderTerm::isBroken).orElse(false)) {
        end("a part of it broke off; it is begun anew");
      }
      begin(who);
      noteDeadNodes(who, presence.nodes());
    }
  }

  private synchronized void begin(Identity who) {
    if (term != null || identity == null) {
      return;
    }
    LOG.info(() -> "this instance watches node %s now".formatted(who.node()));
    LeaderTerm begun = terms.get();
    term = begun;
    try {
      begun.begin(executor, scheduler);
    } catch (RuntimeException | Error e) {
      end("it could not be begun: " + e);
      throw e;
    }
  }

  private synchronized void end(String why) {
    LeaderTerm now = term;
    if (now != null) {
      term = null;
      now.end();
      LOG.info(() -> "this instance does not watch its node any more: " + why);
    }
  }

  /** Another node's apps are not started here: whether it comes back is an operator's to say. */
  private void noteDeadNodes(Identity who, List<Node> all) {
    knownNodes = all;
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
    LeaderTerm now = term;
    if (now != null) {
      now.supervisor().reconcile(cause);
    }
  }

  /** Whether this instance is the one that watches. */
  public boolean isWatching() {
    return term != null;
  }

  /** The nodes of this installation, as they were last seen by an instance that watches. */
  public List<Node> nodes() {
    return knownNodes;
  }

  /** Whether no other instance of this installation is at work; false if that is not known. */
  public boolean isAlone() {
    return company.isAlone();
  }

  /** The engine that has this instance's name, as was read within seconds; empty if not known. */
  public Optional<String> engineOfNode() {
    return company.engineOfNode();
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
    return of(LeaderTerm::trouble).orElse("");
  }

  private <T> Optional<T> of(Function<LeaderTerm, T> question) {
    return Optional.ofNullable(term).map(question);
  }

  /** What the last reconciliation by this instance came to. */
  public Optional<ReconciliationReport> lastReport() {
    return reports.last();
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

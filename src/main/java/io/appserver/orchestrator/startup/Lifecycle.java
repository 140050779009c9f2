package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.supervision.Supervision;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Starts the parts in their order, each as soon as what it needs is there, and stops them in
 * reverse.
 */
@Singleton
public class Lifecycle {

  private static final Logger LOG = Logger.getLogger(Lifecycle.class.getName());

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** All of a stop: Docker gives a container 10 s by itself. */
  private static final Duration STOP = Duration.ofSeconds(5);

  /** For an engine that restarts to be back: it starts the orchestrator's container again. */
  private static final Duration SOCKET_GONE = Duration.ofSeconds(10);

  private final Gate gate;
  private final Prerequisites prerequisites;
  private final Settings settings;
  private final Deployments deployments;
  private final ConvergenceService convergence;
  private final Supervision supervision;
  private final EventSource events;
  private final Rounds rounds;
  private final ExecutorService executor;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final MountedSocket socket;
  private volatile boolean socketWasGone;
  private volatile boolean brokerAway;
  private volatile String waitingFor = "its start";

  @Inject
  Lifecycle(
      Gate gate,
      Prerequisites prerequisites,
      Settings settings,
      Deployments deployments,
      ConvergenceService convergence,
      Supervision supervision,
      EventSource events,
      Rounds rounds,
      ExecutorService executor) {
    this.gate = gate;
    this.prerequisites = prerequisites;
    this.settings = settings;
    this.deployments = deployments;
    this.convergence = convergence;
    this.supervision = supervision;
    this.events = events;
    this.rounds = rounds;
    this.executor = executor;
    socket = new MountedSocket(settings.engine().host());
  }

  /** What the start still waits for, in words; empty once everything was started. */
  public String waitingFor() {
    return waitingFor;
  }

  /** Does that once everything was started, in the thread of the start. */
  public void onceStarted(Runnable task) {
    var unused = started.thenRun(task);
  }

  /** Whether nothing goes on, and nobody else is there: what is asked for is asked less often. */
  public boolean isAtRest() {
    return rounds.areAtRest();
  }

  /**
   * Begins in the background: the server lends no threads to an application that is still starting.
   */
  void start() {
    executor.execute(() -> {
      try {
        gate.requireEngine(this::waitsForEngine).ifPresent(this::bringUp);
      } catch (Gate.RefusedException e) {
        Refusal.exit(String.valueOf(e.getMessage()));
      } catch (RuntimeException | Error e) {
        startBrokeOff(e);
      }
    });
  }

  /** Half of a start is no use; whoever starts the process again begins it anew. */
  private void startBrokeOff(Throwable e) {
    if (!stopped()) {
      LOG.log(Level.SEVERE, "the start broke off", e);
      stopAndEnd("Its start broke off: " + e);
    }
  }

  private void stopAndEnd(String why) {
    try {
      stop();
    } finally {
      Refusal.end(why);
    }
  }

  private boolean waitsForEngine(String why) {
    tellWaiting("the Docker engine", why, waitingFor);
    return !stopped();
  }

  private void tellWaiting(String what, String why, String told) {
    waitingFor = what + ": " + why;
    if (!waitingFor.equals(told)) {
      LOG.log(Level.WARNING, "waiting for {0}", waitingFor);
    }
  }

  private void bringUp(EngineInfo engine) {
    boolean begun =
        await("the database", prerequisites::databaseTrouble)
            && await("the orchestrator's tables", prerequisites::migrationTrouble)
            && await("the platform's tables", prerequisites::platformTrouble)
            && await("its registration", () -> prerequisites.registrationTrouble(engine))
            && unlessStopped(() -> convergence.start(prerequisites.identity().orElseThrow()))
            && await("the apps that new credentials may help", this::signalNewCredentials)
            && unlessStopped(() -> begin(engine));
    if (begun) {
      started.complete(null);
    } else {
      LOG.fine("it is stopped before it has started");
    }
  }

  private void begin(EngineInfo engine) {
    Identity identity = prerequisites.identity().orElseThrow();
    supervision.start(identity);
    events.start();
    rounds.begin();
    rounds.add("the look at the broker", this::noteBroker, PAUSE);
    rounds.add("the look at what goes on", () -> convergence.rest(rounds.areAtRest()), PAUSE);
    rounds.add("the renewal of the registration", () -> renewRegistration(engine), PAUSE);
    rounds.add("the look at the socket", this::endWithoutSocket, SOCKET_GONE);
    waitingFor = "";
    LOG.info(() ->
        "started: node %s, installation %s, Docker %s (API %s)"
            .formatted(
                identity.node(), identity.installation(), engine.version(), engine.apiVersion()));
  }

  /** Nothing is begun that a stop would not end. */
  private synchronized boolean unlessStopped(Runnable beginning) {
    if (stopped()) {
      return false;
    }
    beginning.run();
    return true;
  }

  /**
   * Asks again every second until nothing is in the way; says so when that changes. Returns whether
   * it may go on: not if it is stopped meanwhile.
   */
  private boolean await(String what, Trouble trouble) {
    try {
      while (!stopped()) {
        String now = now(trouble);
        if (now.isEmpty()) {
          return true;
        }
        tellWaiting(what, now, waitingFor);
        if (stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /** What cannot be found out is in the way, too. */
  private String now(Trouble trouble) {
    try {
      return trouble.now();
    } catch (Gate.RefusedException e) {
      throw e;
    } catch (RuntimeException e) {
      String words = "it could not be found out: " + e;
      LOG.log(waitingFor.endsWith(words) ? Level.FINE : Level.WARNING, words, e);
      return words;
    }
  }

  private interface Trouble {
    /** What is in the way, in words; empty if nothing is. */
    String now();
  }

  /**
   * Each time that this instance says that it is alive, it reads whose its name is. Only if it did
   * not for seconds, or the name is not this engine's, the database is asked here.
   */
  private void renewRegistration(EngineInfo engine) {
    Optional<String> known = supervision.engineOfNode();
    try {
      if (!stopped()
          && known.filter(id -> engine.id().isBlank() || id.equals(engine.id())).isEmpty()) {
        prerequisites.renewRegistration(engine);
      }
    } catch (Gate.RefusedException e) {
      stopAndEnd(String.valueOf(e.getMessage()));
    } catch (SQLException | RuntimeException e) {
      LOG.log(Level.FINE, "whether the node still has its name was not to be had", e);
    }
  }

  /** Ends the process if it can never reach the engine again: a new start can. */
  private void endWithoutSocket() {
    boolean gone = socket.isGone();
    if (gone && socketWasGone && !stopped()) {
      stopAndEnd(
          """
          The socket %s was removed at the host, as an engine does that restarts, and is made anew there. The mount \
          still has the old one, at which nobody listens. A new start of the container mounts the new one (restart: unless-stopped does that).\
          """
              .formatted(settings.engine().host()));
    }
    socketWasGone = gone;
  }

  /** Whoever restarts it may have brought other credentials. */
  private String signalNewCredentials() {
    try {
      deployments
          .namesFailedWith(FailureCode.REGISTRY_DENIED)
          .forEach(name -> convergence.signalHere(name, Cause.CREDENTIALS));
      return "";
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, "the first signals could not be given", e);
      return "the database does not answer: " + e.getMessage();
    }
  }

  /** What was published while the broker was away may be lost: everything is compared anew. */
  private void noteBroker() {
    boolean away = !events.status().missing().isEmpty();
    if (brokerAway && !away) {
      supervision.reconcile(Cause.BROKER_BACK);
    }
    brokerAway = away;
  }

  private boolean stopped() {
    return stopping.getCount() == 0;
  }

  void stop() {
    stopping.countDown(); // first: what is being begun sees it
    end();
  }

  private synchronized void end() {
    waitingFor = "its stop";
    rounds.end();
    events.stop();
    supervision.stop();
    convergence.stop(STOP);
  }
}

package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.runtime.EngineInfo;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
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

  private final Gate gate;
  private final Prerequisites prerequisites;
  private final WorkingParts parts;
  private final SelfChecks selfChecks;
  private final ExecutorService executor;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private volatile String waitingFor = "its start";

  @Inject
  Lifecycle(
      Gate gate,
      Prerequisites prerequisites,
      WorkingParts parts,
      SelfChecks selfChecks,
      ExecutorService executor) {
    this.gate = gate;
    this.prerequisites = prerequisites;
    this.parts = parts;
    this.selfChecks = selfChecks;
    this.executor = executor;
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
    return parts.areAtRest();
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
            && unlessStopped(() -> parts.beginToConverge(prerequisites.identity().orElseThrow()))
            && await("the apps that new credentials may help", parts::signalNewCredentials)
            && unlessStopped(() -> begin(engine));
    if (begun) {
      started.complete(null);
    } else {
      LOG.fine("it is stopped before it has started");
    }
  }

  private void begin(EngineInfo engine) {
    Identity identity = prerequisites.identity().orElseThrow();
    parts.beginToWatchAndListen(identity);
    selfChecks.begin(engine, this::stopped, this::stopAndEnd);
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

  private boolean stopped() {
    return stopping.getCount() == 0;
  }

  void stop() {
    stopping.countDown(); // first: what is being begun sees it
    end();
  }

  private synchronized void end() {
    waitingFor = "its stop";
    parts.end();
  }
}

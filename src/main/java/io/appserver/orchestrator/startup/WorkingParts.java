package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.supervision.Supervision;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The parts that work: begun in their order, and ended in reverse. */
@Singleton
class WorkingParts {

  private static final Logger LOG = Logger.getLogger(WorkingParts.class.getName());

  /** All of a stop: Docker gives a container 10 s by itself. */
  private static final Duration STOP = Duration.ofSeconds(5);

  private final Deployments deployments;
  private final ConvergenceService convergence;
  private final Supervision supervision;
  private final EventSource events;
  private final Rounds rounds;

  @Inject
  WorkingParts(
      Deployments deployments,
      ConvergenceService convergence,
      Supervision supervision,
      EventSource events,
      Rounds rounds) {
    this.deployments = deployments;
    this.convergence = convergence;
    this.supervision = supervision;
    this.events = events;
    this.rounds = rounds;
  }

  void beginToConverge(Identity identity) {
    convergence.start(identity);
  }

  /**
   * Whoever restarts it may have brought other credentials.
   *
   * @return what is in the way, in words; empty if nothing is
   */
  String signalNewCredentials() {
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

  void beginToWatchAndListen(Identity identity) {
    supervision.start(identity);
    events.start();
    rounds.begin();
  }

  /** Whether nothing goes on, and nobody else is there. */
  boolean areAtRest() {
    return rounds.areAtRest();
  }

  void end() {
    rounds.end();
    events.stop();
    supervision.stop();
    convergence.stop(STOP);
  }
}

package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.supervision.Supervision;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What this instance looks at again and again once it has started: whether the broker is there,
 * whether anything goes on, whether its node still has its name, whether its socket is still one.
 */
@Singleton
class SelfChecks {

  private static final Logger LOG = Logger.getLogger(SelfChecks.class.getName());

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** For an engine that restarts to be back: it starts the orchestrator's container again. */
  private static final Duration SOCKET_GONE = Duration.ofSeconds(10);

  private final Settings settings;
  private final Prerequisites prerequisites;
  private final ConvergenceService convergence;
  private final Supervision supervision;
  private final EventSource events;
  private final Rounds rounds;
  private final MountedSocket socket;
  private volatile boolean socketWasGone;
  private volatile boolean brokerAway;

  @Inject
  SelfChecks(
      Settings settings,
      Prerequisites prerequisites,
      ConvergenceService convergence,
      Supervision supervision,
      EventSource events,
      Rounds rounds) {
    this.settings = settings;
    this.prerequisites = prerequisites;
    this.convergence = convergence;
    this.supervision = supervision;
    this.events = events;
    this.rounds = rounds;
    socket = new MountedSocket(settings.engine().host());
  }

  /**
   * Begins, beside the other rounds.
   *
   * @param engine the one whose node this is
   * @param stopped whether the stop has begun: then nothing is looked at any more
   * @param end ends the process, with the reason
   */
  void begin(EngineInfo engine, BooleanSupplier stopped, Consumer<String> end) {
    rounds.add("the look at the broker", this::noteBroker, PAUSE);
    rounds.add("the look at what goes on", () -> convergence.rest(rounds.areAtRest()), PAUSE);
    rounds.add(
        "the renewal of the registration", () -> renewRegistration(engine, stopped, end), PAUSE);
    rounds.add("the look at the socket", () -> endWithoutSocket(stopped, end), SOCKET_GONE);
  }

  /** What was published while the broker was away may be lost: everything is compared anew. */
  private void noteBroker() {
    boolean away = !events.status().missing().isEmpty();
    if (brokerAway && !away) {
      supervision.reconcile(Cause.BROKER_BACK);
    }
    brokerAway = away;
  }

  /**
   * Each time that this instance says that it is alive, it reads whose its name is. Only if it did
   * not for seconds, or the name is not this engine's, the database is asked here.
   */
  private void renewRegistration(EngineInfo engine, BooleanSupplier stopped, Consumer<String> end) {
    Optional<String> known = supervision.engineOfNode();
    try {
      if (!stopped.getAsBoolean()
          && known.filter(id -> engine.id().isBlank() || id.equals(engine.id())).isEmpty()) {
        prerequisites.renewRegistration(engine);
      }
    } catch (Gate.RefusedException e) {
      end.accept(String.valueOf(e.getMessage()));
    } catch (SQLException | RuntimeException e) {
      LOG.log(Level.FINE, "whether the node still has its name was not to be had", e);
    }
  }

  /** Ends the process if it can never reach the engine again: a new start can. */
  private void endWithoutSocket(BooleanSupplier stopped, Consumer<String> end) {
    boolean gone = socket.isGone();
    if (gone && socketWasGone && !stopped.getAsBoolean()) {
      end.accept(
          """
          The socket %s was removed at the host, as an engine does that restarts, and is made anew there. The mount \
          still has the old one, at which nobody listens. A new start of the container mounts the new one (restart: unless-stopped does that).\
          """
              .formatted(settings.engine().host()));
    }
    socketWasGone = gone;
  }
}

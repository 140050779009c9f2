package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.convergence.work.NotStartedException;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.PendingEvents;
import io.appserver.orchestrator.intake.Retention;
import io.appserver.orchestrator.intake.amqp.consume.EventConsumer;
import io.appserver.orchestrator.intake.deadletter.Outbox;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.supervision.Supervision;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.api.FlywayException;

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
  private final Registration registration;
  private final Settings settings;
  private final Database database;
  private final AppCatalog catalog;
  private final Deployments deployments;
  private final ConvergenceService convergence;
  private final Supervision supervision;
  private final EventConsumer consumer;
  private final PendingEvents pendingEvents;
  private final Outbox outbox;
  private final Retention retention;
  private final ExecutorService executor;
  private final ScheduledExecutorService scheduler;
  private final List<Future<?>> schedules = new CopyOnWriteArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final MountedSocket socket;
  private volatile boolean socketWasGone;
  private volatile boolean brokerAway;
  private volatile String waitingFor = "its start";
  private volatile Optional<Identity> identity = Optional.empty();

  @Inject
  Lifecycle(
      Gate gate,
      Registration registration,
      Settings settings,
      Database database,
      AppCatalog catalog,
      Deployments deployments,
      ConvergenceService convergence,
      Supervision supervision,
      EventConsumer consumer,
      PendingEvents pendingEvents,
      Outbox outbox,
      Retention retention,
      ExecutorService executor,
      ScheduledExecutorService scheduler) {
    this.gate = gate;
    this.registration = registration;
    this.settings = settings;
    this.database = database;
    this.catalog = catalog;
    this.deployments = deployments;
    this.convergence = convergence;
    this.supervision = supervision;
    this.consumer = consumer;
    this.pendingEvents = pendingEvents;
    this.outbox = outbox;
    this.retention = retention;
    this.executor = executor;
    this.scheduler = scheduler;
    socket = new MountedSocket(settings.engine().host());
  }

  /** What the start still waits for, in words; empty once everything was started. */
  public String waitingFor() {
    return waitingFor;
  }

  /** Who this is; asked for by what starts after that is known. */
  @Produces
  @Dependent
  Identity identity() {
    return identity.orElseThrow(() -> new NotStartedException("not registered yet"));
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
      }
    });
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
    await("the database", database::trouble);
    await("the orchestrator's tables", this::migrationTrouble);
    await("the platform's tables", this::platformTrouble);
    await("its registration", () -> registrationTrouble(engine));
    if (stopped()) {
      return;
    }
    convergence.start(identity.orElseThrow());
    await("the apps that new credentials may help", this::signalNewCredentials);
    if (stopped()) {
      return;
    }
    supervision.start(identity.orElseThrow());
    consumer.start();
    schedule(pendingEvents::sweep, Duration.ZERO, PendingEvents.INTERVAL);
    schedule(outbox::publishAll, Duration.ZERO, Outbox.INTERVAL);
    schedule(retention::sweep, Retention.INTERVAL, Retention.INTERVAL);
    schedule(this::noteBroker, PAUSE, PAUSE);
    schedule(() -> renewRegistration(engine), PAUSE, PAUSE);
    schedule(this::endWithoutSocket, SOCKET_GONE, SOCKET_GONE);
    waitingFor = "";
    LOG.info(() ->
        "started: node %s, installation %s, Docker %s (API %s)"
            .formatted(
                identity.orElseThrow().node(),
                identity.orElseThrow().installation(),
                engine.version(),
                engine.apiVersion()));
  }

  private void schedule(Runnable round, Duration first, Duration interval) {
    schedules.add(
        scheduler.scheduleWithFixedDelay(
            round, first.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Asks again every second until nothing is in the way; says so when that changes. */
  private void await(String what, Trouble trouble) {
    while (!stopped()) {
      String now = trouble.now();
      if (now.isEmpty()) {
        return;
      }
      tellWaiting(what, now, waitingFor);
      try {
        if (stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private interface Trouble {
    /** What is in the way, in words; empty if nothing is. */
    String now();
  }

  private String migrationTrouble() {
    try {
      String foreign = database.foreignTable();
      if (foreign.isEmpty()) {
        database.migrate();
      }
      return foreign;
    } catch (SQLException e) {
      return "the database does not answer: " + e.getMessage();
    } catch (FlywayException e) {
      LOG.log(Level.FINE, "the migration failed", e);
      return "they could not be brought up to date: " + e.getMessage();
    }
  }

  private String platformTrouble() {
    try {
      catalog.takeNote();
      Set<String> absent = catalog.report().absent();
      if (!absent.isEmpty()) {
        LOG.warning(() ->
            "the platform's tables %s are not there, and never were: taken as empty"
                .formatted(absent));
      }
      return "";
    } catch (PlatformUnavailableException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String registrationTrouble(EngineInfo engine) {
    try {
      Identity who = new Identity(installation(), nodeName(engine), UUID.randomUUID());
      String trouble = registration.trouble(database.nodes(), who, engine.id());
      if (trouble.isEmpty()) {
        identity = Optional.of(who);
      }
      return trouble;
    } catch (SQLException e) {
      return "the database refused it: " + e.getMessage();
    }
  }

  private String nodeName(EngineInfo engine) {
    return settings.engine().nodeName().orElse(engine.name());
  }

  private String installation() throws SQLException {
    return settings.engine().installationId().isPresent()
        ? settings.engine().installationId().get()
        : database.installationId();
  }

  private void renewRegistration(EngineInfo engine) {
    try {
      if (!stopped()) {
        registration.renew(database.nodes(), identity.orElseThrow(), engine.id());
      }
    } catch (Gate.RefusedException e) {
      stop();
      Refusal.end(String.valueOf(e.getMessage()));
    } catch (SQLException | RuntimeException e) {
      LOG.log(Level.FINE, "whether the node still has its name was not to be had", e);
    }
  }

  /** Ends the process if it can never reach the engine again: a new start can. */
  private void endWithoutSocket() {
    boolean gone = socket.isGone();
    if (gone && socketWasGone && !stopped()) {
      stop();
      Refusal.end(
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
      deployments.namesFailedWith(FailureCode.REGISTRY_DENIED).stream()
          .map(AppName::parse)
          .flatMap(Optional::stream)
          .forEach(name -> convergence.signalHere(name, Cause.CREDENTIALS));
      return "";
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, "the first signals could not be given", e);
      return "the database does not answer: " + e.getMessage();
    }
  }

  /** What was published while the broker was away may be lost: everything is compared anew. */
  private void noteBroker() {
    boolean away = !consumer.status().missing().isEmpty();
    if (brokerAway && !away) {
      supervision.reconcile(Cause.BROKER_BACK);
    }
    brokerAway = away;
  }

  private boolean stopped() {
    return stopping.getCount() == 0;
  }

  void stop() {
    stopping.countDown();
    waitingFor = "its stop";
    schedules.forEach(schedule -> schedule.cancel(false));
    consumer.stop();
    supervision.stop();
    convergence.stop(STOP);
  }
}

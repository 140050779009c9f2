package io.appserver.orchestrator.intake.amqp.consume;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.intake.EventIntake;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.BrokerErrors;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.amqp.deadletter.DeadLetterPublisher;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the platform's events coming: connects, declares, consumes, and begins again whenever that
 * ends, for as long as it is not stopped. Neither broker nor database need be there when it starts.
 */
@Singleton
public class EventConsumer implements EventSource {

  private static final Logger LOG = Logger.getLogger(EventConsumer.class.getName());

  /** Nobody tells when an exchange or a binding is deleted. */
  private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(30);

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final BrokerConnections connections;
  private final Topology topology;
  private final EventIntake intake;
  private final DeadLetterPublisher deadLetters;
  private final OutboxStore outbox;
  private final Iterable<IntakeObserver> observers;
  private final ThreadFactory threads;
  private final ConsumerStatus status = new ConsumerStatus();

  private volatile CountDownLatch stopping = new CountDownLatch(0);
  private volatile Optional<ConsumerSession> session = Optional.empty();
  private @Nullable Thread thread;

  @Inject
  public EventConsumer(
      Settings settings,
      BrokerConnections connections,
      EventIntake intake,
      DeadLetterPublisher deadLetters,
      OutboxStore outbox,
      @Any Instance<IntakeObserver> observers,
      ThreadFactory threads) {
    this(
        settings,
        connections,
        intake,
        deadLetters,
        outbox,
        (Iterable<IntakeObserver>) observers,
        threads);
  }

  public EventConsumer(
      Settings settings,
      BrokerConnections connections,
      EventIntake intake,
      DeadLetterPublisher deadLetters,
      OutboxStore outbox,
      Iterable<IntakeObserver> observers,
      ThreadFactory threads) {
    this.connections = connections;
    this.topology = new Topology(settings.broker().queueType());
    this.intake = intake;
    this.deadLetters = deadLetters;
    this.outbox = outbox;
    this.observers = observers;
    this.threads = threads;
  }

  @Override
  public synchronized void start() {
    if (thread != null) {
      throw new IllegalStateException("events are being consumed already");
    }
    stopping = new CountDownLatch(1);
    status.note("not connected to %s yet".formatted(connections.address()));
    Thread started = threads.newThread(this::run);
    thread = started;
    started.start();
  }

  @Override
  public synchronized void stop() {
    Thread running = thread;
    if (running == null) {
      return;
    }
    stopping.countDown();
    session.ifPresent(open -> open.report(ConsumerSession.Trouble.STOPPING));
    try {
      if (!running.join(GRACE.plusSeconds(3))) {
        running.interrupt();
        session.ifPresent(ConsumerSession::abort);
      }
    } catch (InterruptedException e) {
      running.interrupt();
      Thread.currentThread().interrupt();
    }
    deadLetters.close();
    thread = null;
    status.note("stopped");
  }

  @Override
  public Status status() {
    return status.report(session, deadLetters.trouble());
  }

  private void run() {
    var pauses = new RetryPauses();
    while (!stopped()) {
      pauses.begin();
      try {
        connectAndServe();
      } catch (IOException | TimeoutException | ShutdownSignalException e) {
        tell("%s: %s".formatted(connections.address(), BrokerErrors.of(e)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error e) {
        LOG.log(Level.SEVERE, "Consuming events failed unexpectedly; it is begun again.", e);
        status.note("an internal error");
      }
      if (!pause(pauses.next())) {
        return;
      }
    }
  }

  private void connectAndServe() throws IOException, TimeoutException, InterruptedException {
    Connection connection = connections.open("");
    ConsumerSession opened;
    try {
      topology.ensure(connection);
      opened =
          new ConsumerSession(
              connection, topology, intake, deadLetters, outbox, observers, threads);
    } catch (IOException | RuntimeException | Error e) {
      connection.abort();
      throw e;
    }
    session = Optional.of(opened);
    try {
      serve(opened, connection);
    } finally {
      session = Optional.empty();
      opened.end(GRACE);
    }
  }

  private void serve(ConsumerSession open, Connection connection)
      throws IOException, InterruptedException {
    var pauses = new RetryPauses();
    while (!stopped() && open.open() && awaitDatabase(open)) {
      open.consume();
      pauses.begin();
      status.consuming(connections.address());
      switch (troubleOf(open, connection)) {
        case STOPPING -> {
          return;
        }
        case CLOSED -> throw new IOException("the connection ended");
        case CANCELLED -> throw new IOException("the broker cancelled a consumer: a queue is gone");
        case DATABASE -> {
          status.databaseAway();
          open.rest();
          if (!pause(pauses.next())) {
            return;
          }
        }
      }
    }
  }

  private ConsumerSession.Trouble troubleOf(ConsumerSession open, Connection connection)
      throws IOException, InterruptedException {
    while (true) {
      ConsumerSession.Trouble trouble = open.awaitTrouble(BETWEEN_CHECKS);
      if (trouble != null) {
        return trouble;
      }
      topology.ensure(connection);
    }
  }

  /** Asks the database every second; false if the session ends before it answers. */
  private boolean awaitDatabase(ConsumerSession open) throws InterruptedException {
    while (!intake.databaseAnswers()) {
      status.databaseAway();
      if (!open.pause(RetryPauses.SHORTEST) || stopped()) {
        return false;
      }
    }
    status.databaseAnswers();
    return true;
  }

  private void tell(String trouble) {
    if (stopped()) {
      status.note(trouble);
    } else {
      status.connectionFailed(trouble);
    }
  }

  private boolean stopped() {
    return stopping.getCount() == 0;
  }

  /** Waits, unless it is stopped meanwhile; returns whether it goes on. */
  private boolean pause(Duration duration) {
    try {
      return !stopping.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}

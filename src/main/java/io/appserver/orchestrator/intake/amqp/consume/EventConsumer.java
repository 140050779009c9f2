package io.appserver.orchestrator.intake.amqp.consume;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.Backoff;
import io.appserver.orchestrator.intake.EventIntake;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.BrokerErrors;
import io.appserver.orchestrator.intake.amqp.BrokerStatus;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.amqp.deadletter.DeadLetterPublisher;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
public class EventConsumer {

  private static final Logger LOG = Logger.getLogger(EventConsumer.class.getName());

  /**
   * Between two connections, and between two looks at a database that is away: a redelivery a
   * second at most, and a broker that comes back is noticed within the longest.
   */
  private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5));

  /** What has held for so long is not a repetition of the trouble before. */
  private static final Duration SOUND = Duration.ofSeconds(30);

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

  private volatile CountDownLatch stopping = new CountDownLatch(0);
  private volatile Optional<ConsumerSession> session = Optional.empty();
  private volatile String brokerTrouble = "not started";
  private volatile String databaseTrouble = "";
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

  /** Begins; returns at once. */
  public synchronized void start() {
    if (thread != null) {
      throw new IllegalStateException("events are being consumed already");
    }
    stopping = new CountDownLatch(1);
    brokerTrouble = "not connected to %s yet".formatted(connections.address());
    Thread started = threads.newThread(this::run);
    thread = started;
    started.start();
  }

  /**
   * Takes no more events, lets those being handled end, and disconnects; takes a few seconds at
   * most.
   */
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
    brokerTrouble = "stopped";
  }

  /** How it stands now. */
  public BrokerStatus status() {
    Optional<ConsumerSession> current = session.filter(ConsumerSession::open);
    Map<String, Integer> consumers = new HashMap<>();
    for (EventKind kind : EventKind.values()) {
      boolean consuming = current.isPresent() && current.get().consuming(kind);
      consumers.put(Topology.queue(kind), consuming ? 1 : 0);
    }
    List<String> missing = new ArrayList<>();
    if (current.isEmpty()) {
      missing.add(brokerTrouble.isEmpty() ? "the connection ended" : brokerTrouble);
    } else if (!databaseTrouble.isEmpty()) {
      missing.add(databaseTrouble);
    } else {
      consumers.forEach((queue, count) -> {
        if (count == 0) {
          missing.add("no consumer on " + queue);
        }
      });
    }
    int stuck = current.map(ConsumerSession::stuck).orElse(0);
    if (stuck > 0) {
      missing.add("%d messages in the queues cannot be taken; the log says where".formatted(stuck));
    }
    if (!deadLetters.trouble().isEmpty()) {
      missing.add(deadLetters.trouble());
    }
    return new BrokerStatus(current.isPresent(), consumers, missing);
  }

  private void run() {
    Duration pause = PAUSES.first();
    while (!stopped()) {
      long began = System.nanoTime();
      try {
        connectAndServe();
      } catch (IOException | TimeoutException | ShutdownSignalException e) {
        tell("%s: %s".formatted(connections.address(), BrokerErrors.of(e)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.log(Level.SEVERE, "Consuming events failed unexpectedly; it is begun again.", e);
        brokerTrouble = "an internal error";
      }
      pause = since(began).compareTo(SOUND) > 0 ? PAUSES.first() : pause;
      if (!pause(pause)) {
        return;
      }
      pause = PAUSES.next(pause);
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
    } catch (IOException | RuntimeException e) {
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
    Duration pause = PAUSES.first();
    while (!stopped() && open.open() && awaitDatabase(open)) {
      open.consume();
      long began = System.nanoTime();
      if (!brokerTrouble.isEmpty()) {
        LOG.info(() -> "Consuming events at %s.".formatted(connections.address()));
        brokerTrouble = "";
      }
      switch (troubleOf(open, connection)) {
        case STOPPING -> {
          return;
        }
        case CLOSED -> throw new IOException("the connection ended");
        case CANCELLED -> throw new IOException("the broker cancelled a consumer: a queue is gone");
        case DATABASE -> {
          noteDatabase();
          open.rest();
          pause = since(began).compareTo(SOUND) > 0 ? PAUSES.first() : pause;
          if (!pause(pause)) {
            return;
          }
          pause = PAUSES.next(pause);
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
      noteDatabase();
      if (!open.pause(PAUSES.first()) || stopped()) {
        return false;
      }
    }
    if (!databaseTrouble.isEmpty()) {
      LOG.info("The database answers; events are taken again.");
      databaseTrouble = "";
    }
    return true;
  }

  private void noteDatabase() {
    if (databaseTrouble.isEmpty()) {
      LOG.warning("Events cannot be kept: the database does not answer. They wait at the broker.");
      databaseTrouble = "no events are taken while the database does not answer";
    }
  }

  private void tell(String trouble) {
    if (!stopped() && !trouble.equals(brokerTrouble)) {
      LOG.warning(() -> "Events cannot be consumed, trying again: " + trouble);
    }
    brokerTrouble = trouble;
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

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }
}

package io.appserver.orchestrator.intake.amqp.consume;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.EventIntake;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.deadletter.DeadLetters;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.IntakeObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection and its consumers, from connecting to the end. */
final class ConsumerSession {

  /** What ends consuming. */
  enum Trouble {
    /** The connection or a channel is gone. */
    CLOSED,
    /** The broker cancelled a consumer: its queue was deleted, or moved. */
    CANCELLED,
    /** Events cannot be kept. */
    DATABASE,
    STOPPING
  }

  private static final int CLOSE_TIMEOUT_MILLIS = 2000;
  private static final Duration REST = Duration.ofSeconds(2);

  private final Connection connection;
  private final Topology topology;
  private final Map<EventKind, QueueWorker> workers = new EnumMap<>(EventKind.class);
  private final BlockingQueue<Trouble> troubles = new LinkedBlockingQueue<>();
  private final CountDownLatch ending = new CountDownLatch(1);

  ConsumerSession(
      Connection connection,
      Topology topology,
      EventIntake intake,
      DeadLetters deadLetters,
      OutboxStore outbox,
      Iterable<IntakeObserver> observers,
      ThreadFactory threads)
      throws IOException {
    this.connection = connection;
    this.topology = topology;
    connection.addShutdownListener(cause -> report(Trouble.CLOSED));
    for (EventKind kind : EventKind.values()) {
      workers.put(
          kind, new QueueWorker(this, connection, kind, intake, deadLetters, outbox, observers));
    }
    workers.values().forEach(worker -> threads.newThread(worker).start());
  }

  void consume() throws IOException {
    for (QueueWorker worker : workers.values()) {
      worker.consumer().consume();
    }
  }

  /** The next trouble, or null if there is none for that long. */
  @Nullable Trouble awaitTrouble(Duration atMost) throws InterruptedException {
    return troubles.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  void report(Trouble trouble) {
    if (trouble == Trouble.STOPPING || trouble == Trouble.CLOSED) {
      ending.countDown();
    }
    troubles.add(trouble);
  }

  boolean open() {
    return connection.isOpen();
  }

  /** Waits, unless the session ends meanwhile; returns whether it goes on. */
  boolean pause(Duration duration) throws InterruptedException {
    return !ending.await(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Takes no more messages, and gives those being handled a moment to end. */
  void rest() throws IOException, InterruptedException {
    for (QueueWorker worker : workers.values()) {
      worker.consumer().cancel();
    }
    for (QueueWorker worker : workers.values()) {
      worker.awaitIdle(REST); // one that cannot publish a dead letter may take for ever
    }
    troubles.removeIf(trouble -> trouble == Trouble.DATABASE); // both consumers tell of it
  }

  /**
   * Ends the session; messages being handled get that long. What is not acknowledged then is
   * delivered again.
   */
  void end(Duration grace) {
    long until = System.nanoTime() + grace.toNanos();
    try {
      for (QueueWorker worker : workers.values()) {
        worker.consumer().cancel();
        worker.finish();
      }
      ending.countDown();
      for (QueueWorker worker : workers.values()) {
        worker.awaitIdle(Duration.ofNanos(Math.max(until - System.nanoTime(), 0)));
      }
      connection.close(CLOSE_TIMEOUT_MILLIS);
    } catch (IOException | ShutdownSignalException e) {
      connection.abort(CLOSE_TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      connection.abort(CLOSE_TIMEOUT_MILLIS);
    } finally {
      ending.countDown();
      workers.values().forEach(QueueWorker::finish);
    }
  }

  /** Ends it at once. */
  void abort() {
    ending.countDown();
    workers.values().forEach(QueueWorker::finish);
    connection.abort(CLOSE_TIMEOUT_MILLIS);
  }

  boolean rejectedGoToDeadLetters(EventKind kind) throws IOException {
    return topology.rejectedGoToDeadLetters(connection, kind);
  }

  /** Messages that are held because neither we nor the broker can bury them. */
  int stuck() {
    return workers.values().stream().mapToInt(worker -> worker.consumer().held()).sum();
  }

  boolean consuming(EventKind kind) {
    QueueWorker worker = workers.get(kind);
    return worker != null && worker.consumer().consuming() && open();
  }
}

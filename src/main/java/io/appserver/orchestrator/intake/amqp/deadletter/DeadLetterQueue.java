package io.appserver.orchestrator.intake.amqp.deadletter;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.amqp.BoundedFrameHandler;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.BrokerErrors;
import io.appserver.orchestrator.intake.deadletter.DeadLetterException;
import io.appserver.orchestrator.intake.deadletter.DeadLetterStore;
import io.appserver.orchestrator.intake.deadletter.StoredDeadLetter;
import io.appserver.orchestrator.intake.event.EventKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;

/** {@link DeadLetterStore} in the broker's queue: a connection for each call, none in between. */
@Singleton
public class DeadLetterQueue implements DeadLetterStore {

  private static final Logger LOG = Logger.getLogger(DeadLetterQueue.class.getName());

  private static final int CLOSE_TIMEOUT_MILLIS = 2000;

  private final BrokerConnections connections;

  @Inject
  public DeadLetterQueue(BrokerConnections connections) {
    this.connections = connections;
  }

  @Override
  public OptionalInt count() {
    Connection connection = null;
    try {
      connection = connections.open("counts dead letters");
      return DeadLetterSession.count(connection);
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw unreachable(e);
    } finally {
      if (connection != null) {
        connection.abort(CLOSE_TIMEOUT_MILLIS);
      }
    }
  }

  @Override
  public Contents oldest(int most) {
    return visit(session -> {
      var summaries = new ArrayList<StoredDeadLetter.Summary>();
      while (summaries.size() < most) {
        Optional<QueuedDeadLetter> next = session.next();
        if (next.isEmpty()) {
          break;
        }
        summaries.add(next.get().summary());
        session.leave(next.get());
      }
      return new Contents(session.total(), summaries);
    });
  }

  @Override
  public Optional<StoredDeadLetter> find(String id) {
    return visit(session -> {
      Optional<QueuedDeadLetter> found = find(session, id);
      if (found.isPresent()) {
        session.leave(found.get());
      }
      return found.map(QueuedDeadLetter::message);
    });
  }

  @Override
  public boolean replay(String id) {
    return visit(session -> {
      Optional<QueuedDeadLetter> found = find(session, id);
      if (found.isEmpty()) {
        return false;
      }
      QueuedDeadLetter letter = found.get();
      if (!letter.whole()) {
        throw new DeadLetterException(
            "the message has %d bytes; at most %d can be put back"
                .formatted(letter.size(), BoundedFrameHandler.LARGEST_BODY),
            null);
      }
      EventKind kind =
          letter
              .kind()
              .orElseThrow(() ->
                  new DeadLetterException(
                      "nothing tells which of the orchestrator's queues the message came through",
                      null));
      session.replay(letter, kind);
      LOG.info(() -> "dead letter %s was replayed".formatted(id));
      return true;
    });
  }

  @Override
  public Replayed replayAll() {
    return visit(session -> {
      int replayed = 0;
      int left = 0;
      for (var next = session.next(); next.isPresent(); next = session.next()) {
        QueuedDeadLetter letter = next.get();
        if (letter.whole() && letter.kind().isPresent()) {
          session.replay(letter, letter.kind().get());
          replayed++;
        } else {
          session.leave(letter);
          left++;
        }
      }
      var all = new Replayed(replayed, left);
      LOG.info(() -> "%d dead letters were replayed".formatted(all.replayed()));
      return all;
    });
  }

  @Override
  public boolean discard(String id) {
    return visit(session -> {
      Optional<QueuedDeadLetter> found = find(session, id);
      if (found.isPresent()) {
        session.discard(found.get());
        LOG.info(() -> "dead letter %s was discarded".formatted(id));
      }
      return found.isPresent();
    });
  }

  @Override
  public int discardAll() {
    return visit(session -> {
      int discarded = 0;
      for (var next = session.next(); next.isPresent(); next = session.next()) {
        session.discard(next.get());
        discarded++;
      }
      int all = discarded;
      LOG.info(() -> "%d dead letters were discarded".formatted(all));
      return discarded;
    });
  }

  private static Optional<QueuedDeadLetter> find(DeadLetterSession session, String id)
      throws IOException, InterruptedException, TimeoutException {
    for (var next = session.next(); next.isPresent(); next = session.next()) {
      if (next.get().id().equals(id)) {
        return next;
      }
      session.leave(next.get());
    }
    return Optional.empty();
  }

  private interface Work<T> {
    T during(DeadLetterSession session) throws IOException, InterruptedException, TimeoutException;
  }

  private DeadLetterException unreachable(Exception e) {
    return new DeadLetterException(
        "the dead letters at %s cannot be reached: %s"
            .formatted(connections.address(), BrokerErrors.of(e)),
        e);
  }

  private <T> T visit(Work<T> work) {
    try (var session = DeadLetterSession.begin(connections.open("visits dead letters"))) {
      T done = work.during(session);
      session.leaveTheRest();
      return done;
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeadLetterException("interrupted", e);
    }
  }
}

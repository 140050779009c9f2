package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.BuriedMessage;
import io.appserver.orchestrator.intake.DeadLetterBox;
import io.appserver.orchestrator.intake.DeadLetterException;
import io.appserver.orchestrator.intake.EventKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;

/** {@link DeadLetterBox} in the broker's queue: a connection for each call, none in between. */
@Singleton
public class DeadLetterQueue implements DeadLetterBox {

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
      return DeadLetterVisit.count(connection);
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
    return visit(visit -> {
      var summaries = new ArrayList<BuriedMessage.Summary>();
      while (summaries.size() < most) {
        Optional<Unearthed> next = visit.next();
        if (next.isEmpty()) {
          break;
        }
        summaries.add(next.get().summary());
        visit.leave(next.get());
      }
      return new Contents(visit.total(), summaries);
    });
  }

  @Override
  public Optional<BuriedMessage> find(String id) {
    return visit(visit -> {
      Optional<Unearthed> found = find(visit, id);
      if (found.isPresent()) {
        visit.leave(found.get());
      }
      return found.map(Unearthed::message);
    });
  }

  @Override
  public boolean replay(String id) {
    return visit(visit -> {
      Optional<Unearthed> found = find(visit, id);
      if (found.isEmpty()) {
        return false;
      }
      Unearthed letter = found.get();
      if (!letter.whole()) {
        throw new DeadLetterException(
            "the message has %d bytes; at most %d can be put back"
                .formatted(letter.size(), LimitedFrames.LARGEST_BODY),
            null);
      }
      EventKind kind =
          letter
              .kind()
              .orElseThrow(() ->
                  new DeadLetterException(
                      "nothing tells which of the orchestrator's queues the message came through",
                      null));
      visit.replay(letter, kind);
      LOG.info(() -> "dead letter %s was replayed".formatted(id));
      return true;
    });
  }

  @Override
  public Replayed replayAll() {
    return visit(visit -> {
      int replayed = 0;
      int left = 0;
      for (var next = visit.next(); next.isPresent(); next = visit.next()) {
        Unearthed letter = next.get();
        if (letter.whole() && letter.kind().isPresent()) {
          visit.replay(letter, letter.kind().get());
          replayed++;
        } else {
          visit.leave(letter);
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
    return visit(visit -> {
      Optional<Unearthed> found = find(visit, id);
      if (found.isPresent()) {
        visit.discard(found.get());
        LOG.info(() -> "dead letter %s was discarded".formatted(id));
      }
      return found.isPresent();
    });
  }

  @Override
  public int discardAll() {
    return visit(visit -> {
      int discarded = 0;
      for (var next = visit.next(); next.isPresent(); next = visit.next()) {
        visit.discard(next.get());
        discarded++;
      }
      int all = discarded;
      LOG.info(() -> "%d dead letters were discarded".formatted(all));
      return discarded;
    });
  }

  private static Optional<Unearthed> find(DeadLetterVisit visit, String id)
      throws IOException, InterruptedException, TimeoutException {
    for (var next = visit.next(); next.isPresent(); next = visit.next()) {
      if (next.get().id().equals(id)) {
        return next;
      }
      visit.leave(next.get());
    }
    return Optional.empty();
  }

  private interface Work<T> {
    T during(DeadLetterVisit visit) throws IOException, InterruptedException, TimeoutException;
  }

  private DeadLetterException unreachable(Exception e) {
    return new DeadLetterException(
        "the dead letters at %s cannot be reached: %s"
            .formatted(connections.address(), Reasons.of(e)),
        e);
  }

  private <T> T visit(Work<T> work) {
    try (var visit = DeadLetterVisit.begin(connections.open("visits dead letters"))) {
      T done = work.during(visit);
      visit.leaveTheRest();
      return done;
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeadLetterException("interrupted", e);
    }
  }
}

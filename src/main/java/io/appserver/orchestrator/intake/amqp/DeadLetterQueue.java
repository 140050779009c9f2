package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.BuriedMessage;
import io.appserver.orchestrator.intake.DeadLetterBox;
import io.appserver.orchestrator.intake.DeadLetterException;
import io.appserver.orchestrator.intake.EventKind;
import io.appserver.orchestrator.intake.EventReader;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;

/** {@link DeadLetterBox} in the broker's queue: a connection for each call, none in between. */
@Singleton
public class DeadLetterQueue implements DeadLetterBox {

  private static final Logger LOG = Logger.getLogger(DeadLetterQueue.class.getName());

  private final BrokerConnections connections;

  @Inject
  public DeadLetterQueue(BrokerConnections connections) {
    this.connections = connections;
  }

  @Override
  public Contents oldest(int most) {
    return visit(
        EventReader.LARGEST_BODY,
        visit -> {
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
    return visit(
        LimitedFrames.LARGEST_BODY,
        visit -> {
          Optional<Unearthed> found = find(visit, id);
          if (found.isPresent()) {
            visit.leave(found.get());
          }
          return found.map(Unearthed::message);
        });
  }

  @Override
  public boolean replay(String id) {
    return visit(
        LimitedFrames.LARGEST_BODY,
        visit -> {
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
    return visit(
        LimitedFrames.LARGEST_BODY,
        visit -> {
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
    return visit(
        EventReader.LARGEST_BODY,
        visit -> {
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
    return visit(
        EventReader.LARGEST_BODY,
        visit -> {
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

  private <T> T visit(long largestBody, Work<T> work) {
    try (var visit = DeadLetterVisit.begin(connections.open("visits dead letters", largestBody))) {
      return work.during(visit);
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw new DeadLetterException(
          "the dead letters at %s cannot be reached: %s"
              .formatted(connections.address(), Reasons.of(e)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeadLetterException("interrupted", e);
    }
  }
}

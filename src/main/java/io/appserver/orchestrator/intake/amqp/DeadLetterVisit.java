package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.EventKind;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One visitor at the dead letters, on a connection of its own: takes them out one after the other,
 * as many as there were when it came. What it does not settle is back in its place when it goes, or
 * when the connection breaks.
 */
final class DeadLetterVisit implements AutoCloseable {

  /** Exclusive to the connection that has it: whoever has it is the only visitor. */
  private static final String TURN = "orchestrator.dead-letter.visitor";

  /** As long as thousands of replays may take. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  /** Taking thousands takes seconds. */
  private static final int MOST_KEPT_IN_ORDER = 5000;

  private static final int CLOSE_TIMEOUT_MILLIS = 5000;

  private final Connection connection;
  private final Channel letters;
  private final int total;
  private final Set<Long> unsettled = new LinkedHashSet<>();
  private int taken;
  private Optional<ConfirmingChannel> publishing = Optional.empty();

  private DeadLetterVisit(Connection connection) throws IOException {
    this.connection = connection;
    this.letters = channel(connection);
    this.total = (int) letters.messageCount(Topology.DEAD_LETTERS);
  }

  /** Begins a visit, once no other is going on. */
  static DeadLetterVisit begin(Connection connection) throws IOException, InterruptedException {
    try {
      awaitTurn(connection);
      return new DeadLetterVisit(connection);
    } catch (IOException | InterruptedException | RuntimeException e) {
      connection.abort();
      throw e;
    }
  }

  private static void awaitTurn(Connection connection) throws IOException, InterruptedException {
    long until = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (!takeTurn(connection)) {
      if (System.nanoTime() - until > 0) {
        throw new IOException("somebody else is at the dead letters; try again later");
      }
      TimeUnit.NANOSECONDS.sleep(BETWEEN_TRIES.toNanos());
    }
  }

  private static boolean takeTurn(Connection connection) throws IOException {
    try {
      Topology.run(
          connection,
          channel ->
              channel.queueDeclare(TURN, false, true, true, Map.of("x-queue-type", "classic")));
      return true;
    } catch (IOException e) {
      if (Topology.replyCode(e) == AMQP.RESOURCE_LOCKED) {
        return false;
      }
      throw e;
    }
  }

  private static Channel channel(Connection connection) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    return channel;
  }

  /** How many letters there were when it began. */
  int total() {
    return total;
  }

  /** The next letter; empty after those that were there when it began. */
  Optional<Unearthed> next() throws IOException {
    if (taken == total) {
      return Optional.empty();
    }
    GetResponse response = letters.basicGet(Topology.DEAD_LETTERS, false);
    if (response == null) {
      return Optional.empty();
    }
    taken++;
    unsettled.add(response.getEnvelope().getDeliveryTag());
    return Optional.of(new Unearthed(response));
  }

  /** The letter goes for good. */
  void discard(Unearthed letter) throws IOException {
    settle(letter);
  }

  /** The message goes back into that queue, and then the letter goes. */
  void replay(Unearthed letter, EventKind to)
      throws IOException, InterruptedException, TimeoutException {
    publishing().send("", Topology.queue(to), letter.replayed(), letter.body());
    discard(letter);
  }

  /**
   * The letter stays where it is. One that was looked at very often is replaced by a copy, at the
   * end: a queue that somebody else declared may drop it.
   */
  void leave(Unearthed letter) throws IOException, InterruptedException, TimeoutException {
    if (letter.wornOut() && letter.whole()) {
      publishing()
          .send(Topology.DEAD_LETTERS, Topology.DEAD_LETTERS, letter.renewed(), letter.body());
      settle(letter);
    }
  }

  private void settle(Unearthed letter) throws IOException {
    letters.basicAck(letter.tag(), false);
    unsettled.remove(letter.tag());
  }

  /**
   * A quorum queue puts what comes back behind what came back before. Where all comes back together
   * the order stays.
   */
  private void takeTheRest() throws IOException {
    while (taken < MOST_KEPT_IN_ORDER && next().isPresent()) {
      // not acknowledged
    }
  }

  private ConfirmingChannel publishing() throws IOException {
    if (publishing.isEmpty()) {
      publishing = Optional.of(new ConfirmingChannel(connection));
    }
    return publishing.get();
  }

  /** Goes only when all that stays is back: the next visitor is to see it. */
  @Override
  public void close() {
    try {
      takeTheRest();
      Returns.giveBack(letters, Topology.DEAD_LETTERS, unsettled);
      connection.close(CLOSE_TIMEOUT_MILLIS);
    } catch (IOException | ShutdownSignalException e) {
      connection.abort(CLOSE_TIMEOUT_MILLIS); // which brings them back just as well
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      connection.abort(CLOSE_TIMEOUT_MILLIS);
    }
  }
}

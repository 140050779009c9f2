package io.appserver.orchestrator.intake.amqp.deadletter;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.amqp.ConfirmingChannel;
import io.appserver.orchestrator.intake.amqp.Requeue;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.BrokerNames;
import io.appserver.orchestrator.intake.event.EventKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One visitor at the dead letters, on a connection of its own: takes them out one after the other,
 * as many as there were when it came. What it does not settle is back in its place when it goes, or
 * when the connection breaks.
 *
 * <p>A quorum queue counts each return as a delivery, and drops what was delivered more often than
 * its limit says, which a policy may set to any number. So only a letter that was never delivered
 * before is returned. Any other is replaced by a copy, which the broker confirms before the letter
 * goes, and with it all behind it: so their order stays.
 */
final class DeadLetterSession implements AutoCloseable {

  /** Exclusive to the connection that has it: whoever has it is the only visitor. */
  private static final String TURN = "orchestrator.dead-letter.visitor";

  /** As long as thousands of replays may take. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  /** Taking thousands takes seconds. */
  private static final int MOST_KEPT_IN_ORDER = 5000;

  /**
   * Copies are confirmed together: so many, or so many bytes of them. Of more than 32 commands that
   * a quorum queue has not answered yet it forgets some when the channel ends.
   */
  private static final int MOST_COPIES = 16;

  private static final long LARGEST_COPIES = 1024L * 1024;

  private static final int CLOSE_TIMEOUT_MILLIS = 5000;

  private final Connection connection;
  private final Channel letters;
  private final int total;
  private final NavigableSet<Long> unsettled = new TreeSet<>();
  private final List<Long> toDiscard = new ArrayList<>();
  private final List<QueuedDeadLetter> toCopy = new ArrayList<>();
  private long bytesToCopy;
  private boolean copying;
  private boolean broken = true;
  private int taken;
  private Optional<ConfirmingChannel> publishing = Optional.empty();

  private DeadLetterSession(Connection connection) throws IOException {
    this.connection = connection;
    this.letters = channel(connection);
    this.total = (int) letters.messageCount(BrokerNames.DEAD_LETTERS);
  }

  /**
   * Begins a visit, once no other is going on.
   *
   * @throws IOException also if the broker takes no messages now: what is taken out could not be
   *     replaced
   */
  static DeadLetterSession begin(Connection connection)
      throws IOException, InterruptedException, TimeoutException {
    try {
      boolean alone = awaitTurn(connection);
      var visit = new DeadLetterSession(connection);
      if (alone) {
        visit.publishing().send("", TURN, new BasicProperties(), new byte[0]);
      }
      return visit;
    } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
      connection.abort();
      throw e;
    }
  }

  /** How many letters wait; empty while somebody visits them. */
  static OptionalInt count(Connection connection) throws IOException {
    if (isVisited(connection)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of((int) channel(connection).messageCount(BrokerNames.DEAD_LETTERS));
  }

  private static boolean isVisited(Connection connection) throws IOException {
    try {
      return Topology.exists(connection, channel -> channel.queueDeclarePassive(TURN));
    } catch (IOException e) {
      if (Topology.replyCode(e) == AMQP.RESOURCE_LOCKED) {
        return true;
      }
      throw e;
    }
  }

  /**
   * Returns whether it has its turn: without the right to declare a queue nobody can tell whether
   * others are there, who may then take some of the letters for missing.
   */
  private static boolean awaitTurn(Connection connection) throws IOException, InterruptedException {
    long until = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (true) {
      try {
        Topology.run(
            connection,
            channel ->
                channel.queueDeclare(TURN, false, true, true, Map.of("x-queue-type", "classic")));
        return true;
      } catch (IOException e) {
        if (Topology.replyCode(e) == AMQP.ACCESS_REFUSED) {
          return false;
        }
        if (Topology.replyCode(e) != AMQP.RESOURCE_LOCKED) {
          throw e;
        }
      }
      if (System.nanoTime() - until > 0) {
        throw new IOException("somebody else is at the dead letters; try again later");
      }
      TimeUnit.NANOSECONDS.sleep(BETWEEN_TRIES.toNanos());
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
  Optional<QueuedDeadLetter> next() throws IOException {
    if (taken == total) {
      return Optional.empty();
    }
    GetResponse response = letters.basicGet(BrokerNames.DEAD_LETTERS, false);
    if (response == null) {
      return Optional.empty();
    }
    taken++;
    unsettled.add(response.getEnvelope().getDeliveryTag());
    return Optional.of(new QueuedDeadLetter(response));
  }

  /** The letter goes for good, at the latest with {@link #leaveTheRest()}. */
  void discard(QueuedDeadLetter letter) throws IOException {
    toDiscard.add(letter.tag());
    if (toDiscard.size() >= MOST_COPIES) {
      discardAtLast();
    }
  }

  private void discardAtLast() throws IOException {
    settle(List.copyOf(toDiscard));
    toDiscard.clear();
  }

  /** The message goes back into that queue, and then the letter goes. */
  void replay(QueuedDeadLetter letter, EventKind to)
      throws IOException, InterruptedException, TimeoutException {
    publishing().send("", BrokerNames.queue(to), letter.replayed(), letter.body());
    settle(List.of(letter.tag()));
  }

  /** The letter stays, as itself or as a copy. */
  void leave(QueuedDeadLetter letter) throws IOException, InterruptedException, TimeoutException {
    copying |= letter.counted();
    if (!copying || !letter.canBeCopied()) {
      return; // it is returned in the end
    }
    toCopy.add(letter);
    bytesToCopy += letter.size();
    if (toCopy.size() >= MOST_COPIES || bytesToCopy >= LARGEST_COPIES) {
      copy();
    }
  }

  private void copy() throws IOException, InterruptedException, TimeoutException {
    if (toCopy.isEmpty()) {
      return;
    }
    List<ConfirmingChannel.Content> copies =
        toCopy.stream()
            .map(letter -> new ConfirmingChannel.Content(letter.renewed(), new Body(letter.body())))
            .toList();
    publishing().send(BrokerNames.DEAD_LETTERS, BrokerNames.DEAD_LETTERS, copies);
    discardAtLast();
    settle(toCopy.stream().map(QueuedDeadLetter::tag).toList());
    toCopy.clear();
    bytesToCopy = 0;
  }

  /** All of them by one command where that is possible. */
  private void settle(List<Long> tags) throws IOException {
    if (tags.isEmpty()) {
      return;
    }
    long last = tags.getLast();
    if (unsettled.headSet(last, true).size() == tags.size()) {
      letters.basicAck(last, true);
    } else {
      for (long each : tags) {
        letters.basicAck(each, false);
      }
    }
    tags.forEach(unsettled::remove);
  }

  /**
   * To be called last: leaves what it has not come to. A quorum queue puts what comes back behind
   * what came back before. Where all comes back together the order stays.
   */
  void leaveTheRest() throws IOException, InterruptedException, TimeoutException {
    while (taken < MOST_KEPT_IN_ORDER) {
      Optional<QueuedDeadLetter> next = next();
      if (next.isEmpty()) {
        break;
      }
      leave(next.get());
    }
    copy();
    discardAtLast();
    broken = false;
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
      if (!broken) {
        Requeue.giveBack(letters, BrokerNames.DEAD_LETTERS, unsettled);
      }
      connection.close(CLOSE_TIMEOUT_MILLIS);
    } catch (IOException | ShutdownSignalException e) {
      connection.abort(CLOSE_TIMEOUT_MILLIS); // which brings them back just as well
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      connection.abort(CLOSE_TIMEOUT_MILLIS);
    }
  }
}

package io.appserver.orchestrator.intake.amqp.consume;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.amqp.BoundedFrameHandler;
import io.appserver.orchestrator.intake.amqp.Deliveries;
import io.appserver.orchestrator.intake.amqp.Requeue;
import io.appserver.orchestrator.intake.event.BrokerNames;
import io.appserver.orchestrator.intake.event.EventKind;
import io.appserver.orchestrator.intake.event.EventReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Consumes one queue on a channel of its own: puts what comes into an {@link DeliveryBuffer}, and
 * tells the broker what became of it.
 */
final class QueueConsumer extends DefaultConsumer {

  /** How messages are asked for. */
  enum Pace {
    /** One, of whatever size; the next once it is dealt with. */
    SINGLY(1, BoundedFrameHandler.LARGEST_BODY, Integer.MAX_VALUE),
    /**
     * Many, as all of them are in memory only as large as an event may be. Headers take some thirty
     * times their size once they are read: those of 200 messages, 24 MiB.
     */
    IN_BATCHES(200, EventReader.LARGEST_BODY, 4 * 1024);

    private final int prefetch;
    private final long largestBody;
    private final int largestHeaders;

    Pace(int prefetch, long largestBody, int largestHeaders) {
      this.prefetch = prefetch;
      this.largestBody = largestBody;
      this.largestHeaders = largestHeaders;
    }

    private BoundedFrameHandler.Limit limit() {
      return new BoundedFrameHandler.Limit(largestBody, largestHeaders);
    }
  }

  /** What a call to the broker may take, and a little more. */
  private static final Duration CANCEL_TIMEOUT = Duration.ofSeconds(25);

  private final EventKind kind;
  private final DeliveryBuffer deliveries;
  private final Observation observation;

  /** What was delivered and neither acknowledged nor put back. */
  private final NavigableSet<Long> outstanding = new ConcurrentSkipListSet<>();

  private final Set<Long> held = new ConcurrentSkipListSet<>();
  private volatile String tag = "";
  private volatile Pace pace = Pace.SINGLY;
  private volatile boolean wanted;
  private volatile CountDownLatch cancelled = new CountDownLatch(0);

  /** Is told what happens to the consumer without its doing. */
  interface Observation {
    void redelivered();

    /** The broker has cancelled it. */
    void cancelled();

    /** The channel is gone. */
    void closed();
  }

  QueueConsumer(
      Connection connection, EventKind kind, DeliveryBuffer deliveries, Observation observation)
      throws IOException {
    super(channel(connection));
    this.kind = kind;
    this.deliveries = deliveries;
    this.observation = observation;
  }

  private static Channel channel(Connection connection) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    return channel;
  }

  /** Begins, one message at a time: nobody knows yet whether it can be kept. */
  synchronized void consume() throws IOException {
    wanted = true;
    begin(Pace.SINGLY);
  }

  /** Goes on at that pace, unless it was cancelled meanwhile. */
  synchronized void consume(Pace wished) throws IOException {
    if (wanted) {
      end();
      begin(wished);
    }
  }

  /** Asks for no more. What was delivered stays to be dealt with. */
  synchronized void cancel() throws IOException {
    wanted = false;
    end();
  }

  private void begin(Pace wished) throws IOException {
    pace = wished;
    String next = BoundedFrameHandler.consumerTag(wished.limit());
    cancelled = new CountDownLatch(1);
    getChannel().basicQos(wished.prefetch + held.size()); // for consumers that begin after it
    tag = getChannel().basicConsume(BrokerNames.queue(kind), false, next, this);
  }

  private void end() throws IOException {
    String active = tag;
    tag = "";
    if (!active.isEmpty()) {
      getChannel().basicCancel(active);
    }
  }

  Pace pace() {
    return pace;
  }

  boolean consuming() {
    return !tag.isEmpty() && getChannel().isOpen();
  }

  /** How many messages are held, unacknowledged, because nothing can be done with them. */
  int held() {
    return held.size();
  }

  /** They are kept, or buried: the broker may forget them. */
  void acknowledge(List<Long> tags) throws IOException {
    if (tags.isEmpty()) {
      return;
    }
    long last = tags.getLast();
    if (outstanding.headSet(last, true).size() == tags.size()) {
      getChannel().basicAck(last, true);
    } else {
      for (long each : tags) {
        getChannel().basicAck(each, false);
      }
    }
    settled(tags);
  }

  /** The broker itself is to bury it. */
  void reject(long delivery) throws IOException {
    getChannel().basicReject(delivery, false);
    settled(List.of(delivery));
  }

  /** Nobody can bury it: it stays with us, out of the way. */
  void hold(long delivery) throws IOException {
    held.add(delivery);
    consume(pace);
  }

  /**
   * Gives back, once, all that was delivered and is not settled, in the order it came. Nothing is
   * asked for any more, until the next {@link #consume(Pace)} or, after a {@link #cancel()}, the
   * next {@link #consume()}. Returns how many.
   */
  int putBack() throws IOException, InterruptedException {
    synchronized (this) {
      end();
    }
    cancelled.await(CANCEL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS); // all has come by then
    deliveries.clear();
    List<Long> back = outstanding.stream().filter(each -> !held.contains(each)).toList();
    Requeue.giveBack(getChannel(), BrokerNames.queue(kind), back);
    settled(back);
    return back.size();
  }

  private void settled(Collection<Long> tags) {
    tags.forEach(outstanding::remove);
  }

  @Override
  public void handleDelivery(
      String consumerTag, Envelope envelope, BasicProperties properties, byte[] body) {
    if (envelope.isRedeliver()) {
      observation.redelivered();
    }
    outstanding.add(envelope.getDeliveryTag());
    deliveries.add(
        new Delivery(
            envelope.getDeliveryTag(),
            Deliveries.message(kind, envelope, properties, body),
            BoundedFrameHandler.cut(properties),
            envelope.isRedeliver()));
  }

  @Override
  public void handleCancelOk(String consumerTag) {
    cancelled.countDown();
  }

  @Override
  public void handleCancel(String consumerTag) {
    tag = "";
    cancelled.countDown();
    observation.cancelled();
  }

  @Override
  public void handleShutdownSignal(String consumerTag, ShutdownSignalException cause) {
    tag = "";
    cancelled.countDown();
    deliveries.close();
    observation.closed();
  }
}

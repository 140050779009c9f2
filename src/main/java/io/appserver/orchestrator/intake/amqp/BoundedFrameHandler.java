package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bodies that this process cannot hold from reaching the client. The client builds every
 * message whole, twice while it does, and reads all headers. It has no answer to what it cannot
 * hold or read but to give up the connection, which brings the same message again. So a body that
 * is too large is cut as it comes in, and headers that are too large or cannot be read are left
 * out, all with a mark.
 *
 * <p>The client's own limit ({@code setMaxInboundMessageBodySize}) does not do that, even with a
 * prefetch of one: each try costs the connection, and the events behind such a message wait until
 * the queue's delivery limit is reached, for ever where the queue has none, as the dead letters'
 * and the classic queues ({@code ClientLimitE2E}). It says nothing of headers, which take thirty
 * times their size once they are read ({@code EventConsumerE2E.survivesHeadersThatNestWithoutEnd},
 * {@code largeHeadersAreRefusedAndNeverHeldInNumbers}).
 *
 * <p>A broker that is short of memory or disk says so, and reads no more from whoever publishes: a
 * large body would be written for ever, and nothing could be closed meanwhile. So such a connection
 * is ended.
 */
public final class BoundedFrameHandler implements FrameHandler {

  /**
   * RabbitMQ 4's largest message by default. Two queues and two copies of it fit into a heap of 256
   * MiB.
   */
  public static final long LARGEST_BODY = 16L * 1024 * 1024;

  /** What is left of a body that is cut, in bytes: enough to see what it is. */
  public static final int LEFT_OF_CUT = 4 * 1024;

  private static final String TAG = "at-most-";

  private static final int CONNECTION = 10;
  private static final int BLOCKED = 60;

  private final FrameHandler frames;
  private final @Nullable Socket socket;
  private final FrameCutter cutter;
  private boolean blocked;

  /**
   * Up to which sizes a message comes whole.
   *
   * @param headers of all its properties as they are sent, in bytes
   */
  public record Limit(long body, int headers) {

    /** Headers fit into one frame: 128 KiB, unless somebody told the broker otherwise. */
    static Limit ofBody(long body) {
      return new Limit(body, Integer.MAX_VALUE);
    }

    /**
     * Those that a consumer asked for with its {@linkplain BoundedFrameHandler#consumerTag tag}, if
     * it did.
     */
    static Optional<Limit> ofConsumer(String tag) {
      if (!tag.startsWith(TAG)) {
        return Optional.empty();
      }
      String[] sizes = tag.substring(TAG.length()).split("-", 3);
      return Optional.of(new Limit(Long.parseLong(sizes[0]), Integer.parseInt(sizes[1])));
    }
  }

  /**
   * What did not come of a message.
   *
   * @param size of the whole body
   * @param headersLost whether its properties could not be read
   * @param headersWithheld whether its properties are larger than was asked for
   */
  public record Cut(long size, boolean headersLost, boolean headersWithheld) {}

  private BoundedFrameHandler(FrameHandler frames, long largestBody, @Nullable Socket socket) {
    this.frames = frames;
    this.socket = socket;
    this.cutter = new FrameCutter(Limit.ofBody(largestBody));
  }

  /** A factory of connections that bring bodies up to that size whole. */
  static ConnectionFactory connections(long largestBody) {
    return new ConnectionFactory() {
      @Override
      protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
        var socket = new AtomicReference<@Nullable Socket>();
        setSocketConfigurator(
            getSocketConfigurator() == null
                ? SocketConfigurators.defaultConfigurator().andThen(socket::set)
                : getSocketConfigurator().andThen(socket::set));
        FrameHandlerFactory sockets = super.createFrameHandlerFactory();
        return (address, name) ->
            new BoundedFrameHandler(sockets.create(address, name), largestBody, socket.get());
      }
    };
  }

  /** A new tag for a consumer that wants whole messages only up to those sizes. */
  public static String consumerTag(Limit limit) {
    return TAG + limit.body() + "-" + limit.headers() + "-" + UUID.randomUUID();
  }

  /** What was cut off the message with these properties, if anything was. */
  public static Optional<Cut> cut(BasicProperties properties) {
    return CutMark.read(properties);
  }

  /** The properties as they were sent, as far as they could be read. */
  public static BasicProperties unmarked(BasicProperties properties) {
    return CutMark.removedFrom(properties);
  }

  @Override
  public Frame readFrame() throws IOException {
    if (blocked && socket != null) { // whoever listens for that was told
      socket.setSoLinger(true, 0);
      socket.close();
    }
    while (true) {
      Frame frame = frames.readFrame();
      if (frame == null) {
        return noFrame();
      }
      noteBlocked(frame);
      Optional<Frame> passed = cutter.passed(frame);
      if (passed.isPresent()) {
        return passed.get();
      }
    }
  }

  /** The client takes null for a read that timed out. */
  @SuppressWarnings("NullAway")
  private static Frame noFrame() {
    return null;
  }

  private void noteBlocked(Frame frame) {
    if (frame.getType() == AMQP.FRAME_METHOD) {
      ByteBuffer payload = ByteBuffer.wrap(frame.getPayload());
      blocked |= payload.getShort() == CONNECTION && payload.getShort() == BLOCKED;
    }
  }

  @Override
  public boolean internalHearbeat() {
    return frames.internalHearbeat();
  }

  @Override
  public void setTimeout(int timeoutMs) throws SocketException {
    frames.setTimeout(timeoutMs);
  }

  @Override
  public int getTimeout() throws SocketException {
    return frames.getTimeout();
  }

  @Override
  public void sendHeader() throws IOException {
    frames.sendHeader();
  }

  @Override
  public void initialize(AMQConnection connection) {
    frames.initialize(connection);
  }

  @Override
  public void startProcessing() {
    frames.startProcessing();
  }

  @Override
  public void finishConnectionNegotiation() {
    frames.finishConnectionNegotiation();
  }

  @Override
  public void setFrameMax(int frameMax) {
    frames.setFrameMax(frameMax);
  }

  @Override
  public void writeFrame(Frame frame) throws IOException {
    frames.writeFrame(frame);
  }

  @Override
  public void flush(WriteListener listener) throws IOException {
    frames.flush(listener);
  }

  @Override
  public void close() {
    frames.close();
  }

  @Override
  public InetAddress getLocalAddress() {
    return frames.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return frames.getLocalPort();
  }

  @Override
  public InetAddress getAddress() {
    return frames.getAddress();
  }

  @Override
  public int getPort() {
    return frames.getPort();
  }
}

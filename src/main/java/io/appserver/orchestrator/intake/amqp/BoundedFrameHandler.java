package io.appserver.orchestrator.intake.amqp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bodies that this process cannot hold from reaching the client. It builds every message
 * whole, twice while it does, and reads all headers; to what it cannot hold or read it has no
 * answer but to give up the connection, which would bring the same message again. So a body that is
 * too large is cut as it comes in, and headers that are too large or cannot be read are left out,
 * all with a mark.
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

  /** Not to be guessed, so that nobody can send it. */
  private static final String MARK = "cut-" + UUID.randomUUID();

  private static final String UNREADABLE = "headers-" + MARK + ";";
  private static final String WITHHELD = "withheld-" + MARK + ";";
  private static final String TAG = "at-most-";

  /** Class, weight and body size stand before the properties (AMQP 0-9-1, 4.2.6.1). */
  private static final int SIZE_AT = 4;

  private static final int CONNECTION = 10;
  private static final int BLOCKED = 60;
  private static final int BASIC = 60;
  private static final int DELIVER = 60;
  private static final int GET_OK = 71;

  private final FrameHandler frames;
  private final @Nullable Socket socket;
  private boolean blocked;
  private final Limit connections;
  private final Map<Integer, Limit> limits = new HashMap<>(); // by channel, for the next message
  private final Map<Integer, Rest> rests = new HashMap<>(); // by channel

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
  }

  /** What is to come of a body that is being cut. */
  private record Rest(long kept, long dropped) {}

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
    this.connections = Limit.ofBody(largestBody);
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
    String type = properties.getContentType();
    if (type != null && type.startsWith(UNREADABLE)) {
      return Optional.of(
          new Cut(Long.parseLong(type, UNREADABLE.length(), type.length(), 10), true, false));
    }
    if (type != null && type.startsWith(WITHHELD)) {
      return Optional.of(
          new Cut(Long.parseLong(type, WITHHELD.length(), type.length(), 10), false, true));
    }
    Map<String, Object> headers = properties.getHeaders();
    return headers != null && headers.get(MARK) instanceof Long size
        ? Optional.of(new Cut(size, false, false))
        : Optional.empty();
  }

  /** The properties as they were sent, as far as they could be read. */
  public static BasicProperties unmarked(BasicProperties properties) {
    Optional<Cut> cut = cut(properties);
    if (cut.isEmpty()) {
      return properties;
    }
    if (cut.get().headersLost() || cut.get().headersWithheld()) {
      return new BasicProperties();
    }
    var headers = new HashMap<>(properties.getHeaders());
    headers.remove(MARK);
    return properties.builder().headers(headers).build();
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
      Optional<Frame> passed = passed(frame);
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

  private Optional<Frame> passed(Frame frame) throws IOException {
    Rest rest = rests.remove(frame.getChannel());
    return switch (frame.getType()) {
      case AMQP.FRAME_METHOD -> {
        noteLimit(frame);
        yield Optional.of(frame);
      }
      case AMQP.FRAME_HEADER -> Optional.of(limited(frame));
      case AMQP.FRAME_BODY -> rest == null ? Optional.of(frame) : cut(frame, rest);
      default -> Optional.of(frame);
    };
  }

  /** A delivery's consumer tag stands before its body. */
  private void noteLimit(Frame method) {
    ByteBuffer payload = ByteBuffer.wrap(method.getPayload());
    int of = payload.getShort();
    int which = payload.getShort();
    if (of != BASIC) {
      blocked |= of == CONNECTION && which == BLOCKED;
      return;
    }
    if (which == GET_OK) {
      limits.remove(method.getChannel());
    } else if (which == DELIVER) {
      var tag = new byte[Byte.toUnsignedInt(payload.get())];
      payload.get(tag);
      limits.put(method.getChannel(), limitOf(new String(tag, US_ASCII)));
    }
  }

  private Limit limitOf(String consumerTag) {
    if (!consumerTag.startsWith(TAG)) {
      return connections;
    }
    String[] sizes = consumerTag.substring(TAG.length()).split("-", 3);
    return new Limit(Long.parseLong(sizes[0]), Integer.parseInt(sizes[1]));
  }

  private Frame limited(Frame header) throws IOException {
    long size = ByteBuffer.wrap(header.getPayload()).getLong(SIZE_AT);
    Limit limit = limits.getOrDefault(header.getChannel(), connections);
    long left = size <= limit.body() ? size : Math.min(size, LEFT_OF_CUT);
    boolean withheld = header.getPayload().length > limit.headers();
    Optional<BasicProperties> properties = withheld ? Optional.empty() : read(header);
    if (left == size && properties.isPresent()) {
      return header;
    }
    if (left < size) {
      rests.put(header.getChannel(), new Rest(left, size - left));
    }
    if (withheld) {
      return mark(WITHHELD + size).toFrame(header.getChannel(), left);
    }
    return properties
        .map(readable -> marked(readable, size))
        .orElseGet(() -> mark(UNREADABLE + size))
        .toFrame(header.getChannel(), left);
  }

  private static BasicProperties mark(String contentType) {
    return new BasicProperties.Builder().contentType(contentType).build();
  }

  private static BasicProperties marked(BasicProperties properties, long size) {
    Map<String, Object> sent = properties.getHeaders();
    var headers = sent == null ? new HashMap<String, Object>() : new HashMap<>(sent);
    headers.put(MARK, size);
    return properties.builder().headers(headers).build();
  }

  /**
   * The client refuses tables in more than 32 tables, and types it does not know; the broker does
   * not.
   */
  private static Optional<BasicProperties> read(Frame header) {
    try {
      return AMQImpl.readContentHeaderFrom(header.getInputStream())
              instanceof BasicProperties properties
          ? Optional.of(properties)
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** The part of a body's frame that is kept; empty if nothing is. */
  private Optional<Frame> cut(Frame body, Rest rest) {
    byte[] payload = body.getPayload();
    int kept = (int) Math.min(payload.length, rest.kept());
    var after = new Rest(rest.kept() - kept, rest.dropped() - (payload.length - kept));
    if (after.kept() > 0 || after.dropped() > 0) {
      rests.put(body.getChannel(), after);
    }
    return kept == 0
        ? Optional.empty()
        : Optional.of(new Frame(AMQP.FRAME_BODY, body.getChannel(), Arrays.copyOf(payload, kept)));
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

package io.appserver.orchestrator.intake.amqp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.WriteListener;
import com.rabbitmq.client.impl.AMQConnection;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import com.rabbitmq.client.impl.FrameHandler;
import com.rabbitmq.client.impl.FrameHandlerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Keeps messages that this process cannot take from reaching the client. It builds every message
 * whole, twice while it does, and reads all headers; to what it cannot hold or read it has no
 * answer but to give up the connection, which would bring the same message again. So such a
 * message's body is thrown away as it comes in, and the consumer gets an empty one with a mark.
 */
final class LimitedFrames implements FrameHandler {

  /**
   * RabbitMQ 4's largest message by default. Two queues and two copies of it fit into a heap of 256
   * MiB.
   */
  static final long LARGEST_BODY = 16L * 1024 * 1024;

  /** Not to be guessed, so that nobody can send it. */
  private static final String MARK = "cannot-be-taken-" + UUID.randomUUID() + ";";

  /** Class, weight and body size stand before the properties (AMQP 0-9-1, 4.2.6.1). */
  private static final int SIZE_AT = 4;

  private static final int PROPERTIES_AT = 12;

  /** The first property, the content type, is there, and no other. */
  private static final short ONLY_CONTENT_TYPE = (short) 0x8000;

  private final FrameHandler frames;
  private final Map<Integer, Long> discarding = new HashMap<>(); // by channel: bytes to come

  private LimitedFrames(FrameHandler frames) {
    this.frames = frames;
  }

  /** A factory of connections that are limited so. */
  static ConnectionFactory connections() {
    return new ConnectionFactory() {
      @Override
      protected synchronized FrameHandlerFactory createFrameHandlerFactory() throws IOException {
        FrameHandlerFactory sockets = super.createFrameHandlerFactory();
        return (address, name) -> new LimitedFrames(sockets.create(address, name));
      }
    };
  }

  /** The size of the body that was thrown away, if one was. */
  static OptionalLong thrownAway(BasicProperties properties) {
    String type = properties.getContentType();
    return type != null && type.startsWith(MARK)
        ? OptionalLong.of(Long.parseLong(type.substring(MARK.length())))
        : OptionalLong.empty();
  }

  @Override
  public Frame readFrame() throws IOException {
    while (true) {
      Frame frame = frames.readFrame();
      if (frame == null || !discards(frame)) {
        return frame == null ? noFrame() : limited(frame);
      }
    }
  }

  /** The client takes null for a read that timed out. */
  @SuppressWarnings("NullAway")
  private static Frame noFrame() {
    return null;
  }

  private boolean discards(Frame frame) {
    Long left = discarding.remove(frame.getChannel());
    if (left == null || frame.getType() != AMQP.FRAME_BODY) {
      return false; // another frame on the channel means the rest of the body does not come
    }
    long after = left - frame.getPayload().length;
    if (after > 0) {
      discarding.put(frame.getChannel(), after);
    }
    return true;
  }

  private Frame limited(Frame frame) {
    if (frame.getType() != AMQP.FRAME_HEADER) {
      return frame;
    }
    byte[] payload = frame.getPayload();
    long size = ByteBuffer.wrap(payload).getLong(SIZE_AT);
    if (size <= LARGEST_BODY && readable(frame)) {
      return frame;
    }
    if (size > 0) {
      discarding.put(frame.getChannel(), size);
    }
    byte[] mark = (MARK + size).getBytes(US_ASCII);
    ByteBuffer marked = ByteBuffer.allocate(PROPERTIES_AT + Short.BYTES + 1 + mark.length);
    marked.put(payload, 0, SIZE_AT).putLong(0).putShort(ONLY_CONTENT_TYPE);
    marked.put((byte) mark.length).put(mark);
    return new Frame(AMQP.FRAME_HEADER, frame.getChannel(), marked.array());
  }

  /**
   * The client refuses tables in more than 32 tables, and types it does not know; the broker does
   * not.
   */
  private static boolean readable(Frame header) {
    try {
      AMQImpl.readContentHeaderFrom(header.getInputStream());
      return true;
    } catch (IOException | RuntimeException e) {
      return false;
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

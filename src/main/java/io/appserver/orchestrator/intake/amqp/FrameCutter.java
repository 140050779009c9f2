package io.appserver.orchestrator.intake.amqp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.impl.AMQImpl;
import com.rabbitmq.client.impl.Frame;
import io.appserver.orchestrator.intake.amqp.BoundedFrameHandler.Limit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Cuts the messages of one connection, frame by frame as they come in, down to the sizes up to
 * which they are wanted whole.
 */
final class FrameCutter {

  /** Class, weight and body size stand before the properties (AMQP 0-9-1, 4.2.6.1). */
  private static final int SIZE_AT = 4;

  private static final int BASIC = 60;
  private static final int DELIVER = 60;
  private static final int GET_OK = 71;

  private final Limit connections;
  private final Map<Integer, Limit> limits = new HashMap<>(); // by channel, for the next message
  private final Map<Integer, Rest> rests = new HashMap<>(); // by channel

  /** What is to come of a body that is being cut. */
  private record Rest(long kept, long dropped) {}

  /**
   * @param connections for messages of consumers that asked for no sizes of their own
   */
  FrameCutter(Limit connections) {
    this.connections = connections;
  }

  /** What goes on to the client of a frame that came; empty if nothing does. */
  Optional<Frame> passed(Frame frame) throws IOException {
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
      return;
    }
    if (which == GET_OK) {
      limits.remove(method.getChannel());
    } else if (which == DELIVER) {
      var tag = new byte[Byte.toUnsignedInt(payload.get())];
      payload.get(tag);
      limits.put(
          method.getChannel(), Limit.ofConsumer(new String(tag, US_ASCII)).orElse(connections));
    }
  }

  private Frame limited(Frame header) throws IOException {
    long size = ByteBuffer.wrap(header.getPayload()).getLong(SIZE_AT);
    Limit limit = limits.getOrDefault(header.getChannel(), connections);
    long left = size <= limit.body() ? size : Math.min(size, BoundedFrameHandler.LEFT_OF_CUT);
    boolean withheld = header.getPayload().length > limit.headers();
    Optional<BasicProperties> properties = withheld ? Optional.empty() : read(header);
    if (left == size && properties.isPresent()) {
      return header;
    }
    if (left < size) {
      rests.put(header.getChannel(), new Rest(left, size - left));
    }
    if (withheld) {
      return CutMark.withheld(size).toFrame(header.getChannel(), left);
    }
    return properties
        .map(readable -> CutMark.addedTo(readable, size))
        .orElseGet(() -> CutMark.unreadable(size))
        .toFrame(header.getChannel(), left);
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
}

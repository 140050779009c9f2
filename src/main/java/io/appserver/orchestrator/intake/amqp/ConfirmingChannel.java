package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.event.Body;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Publishes, and waits until the broker has what it published in a queue. A broker that is short of
 * something says so, and the connection ends ({@link BoundedFrameHandler}).
 */
public final class ConfirmingChannel {

  /** A confirm takes milliseconds; a quorum queue that elects a leader, seconds. */
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(10);

  private final Channel channel;
  private final AtomicReference<String> returned = new AtomicReference<>("");
  private volatile String blocked = "";

  public ConfirmingChannel(Connection connection) throws IOException {
    Channel opened = connection.createChannel();
    if (opened == null) {
      throw new IOException("the broker allows no further channel");
    }
    channel = opened;
    connection.addBlockedListener(reason -> blocked = reason, () -> blocked = "");
    channel.confirmSelect();
    channel.addReturnListener(message -> returned.set(message.getReplyText()));
    letReaderPass(connection);
  }

  /**
   * The client's thread that reads takes the channel's lock once more after it has handed on an
   * answer. Whoever publishes holds that lock for as long as the broker reads nothing, and then
   * nobody would read why. Once there is an answer on another channel, it is through with ours.
   */
  private static void letReaderPass(Connection connection) throws IOException {
    Channel other = connection.createChannel();
    if (other != null) {
      other.abort();
    }
  }

  /**
   * Returns once it is certain that a queue has it.
   *
   * @throws IOException if not; some queue may have it all the same
   */
  public void send(String exchange, String key, BasicProperties properties, byte[] body)
      throws IOException, InterruptedException, TimeoutException {
    send(exchange, key, List.of(new Content(properties, new Body(body))));
  }

  /** What is sent. */
  public record Content(BasicProperties properties, Body body) {}

  /**
   * As {@link #send(String, String, BasicProperties, byte[])}, for all of them or none for sure.
   */
  public void send(String exchange, String key, List<Content> contents)
      throws IOException, InterruptedException, TimeoutException {
    returned.set("");
    boolean confirmed;
    try {
      for (Content each : contents) {
        channel.basicPublish(exchange, key, true, each.properties(), each.body().bytes());
      }
      confirmed = channel.waitForConfirms(CONFIRM_TIMEOUT.toMillis());
    } catch (IOException | ShutdownSignalException e) {
      if (!blocked.isEmpty()) {
        var cause = new IOException("the broker takes no messages: " + blocked);
        cause.addSuppressed(e); // which says that we ended the connection
        throw cause;
      }
      throw e;
    }
    if (!returned.get().isEmpty()) { // comes before the confirm
      throw new IOException("no queue takes it: " + returned.get());
    }
    if (!confirmed) {
      throw new IOException("the broker refused it");
    }
  }

  public boolean isOpen() {
    return channel.isOpen();
  }

  public void abort() throws IOException {
    channel.abort();
  }
}

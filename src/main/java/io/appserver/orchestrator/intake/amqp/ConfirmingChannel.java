package io.appserver.orchestrator.intake.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** Publishes one message at a time, each until the broker has it in a queue. */
final class ConfirmingChannel {

  /** A confirm takes milliseconds; a quorum queue that elects a leader, seconds. */
  private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(10);

  private final Channel channel;
  private final AtomicReference<String> returned = new AtomicReference<>("");
  private volatile String blocked = "";

  ConfirmingChannel(Connection connection) throws IOException {
    Channel opened = connection.createChannel();
    if (opened == null) {
      throw new IOException("the broker allows no further channel");
    }
    channel = opened;
    connection.addBlockedListener(reason -> blocked = reason, () -> blocked = "");
    channel.confirmSelect();
    channel.addReturnListener(message -> returned.set(message.getReplyText()));
  }

  /**
   * Returns once it is certain that a queue has it.
   *
   * @throws IOException if not; some queue may have it all the same
   */
  void send(String exchange, String key, BasicProperties properties, byte[] body)
      throws IOException, InterruptedException, TimeoutException {
    if (!blocked.isEmpty()) {
      throw new IOException("the broker takes no messages: " + blocked);
    }
    returned.set("");
    channel.basicPublish(exchange, key, true, properties, body);
    boolean confirmed = channel.waitForConfirms(CONFIRM_TIMEOUT.toMillis());
    if (!returned.get().isEmpty()) { // comes before the confirm
      throw new IOException("no queue takes it: " + returned.get());
    }
    if (!confirmed) {
      throw new IOException("the broker refused it");
    }
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  void abort() throws IOException {
    channel.abort();
  }
}

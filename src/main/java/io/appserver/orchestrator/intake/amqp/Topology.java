package io.appserver.orchestrator.intake.amqp;

import static io.appserver.orchestrator.intake.event.BrokerNames.DEAD_LETTERS;
import static io.appserver.orchestrator.intake.event.BrokerNames.EVENTS;
import static io.appserver.orchestrator.intake.event.BrokerNames.queue;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.event.EventKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;

/**
 * Exchanges, queues and bindings at the broker. What is there is used as it stands, whoever made it
 * and however; only what is missing is declared.
 */
public final class Topology {

  /**
   * After so many deliveries a quorum queue gives a message up to the dead letters. RabbitMQ 4's
   * default; each lost connection counts as one, so it must not be small. RabbitMQ before 4 has no
   * limit by itself.
   */
  private static final int DELIVERY_LIMIT = 20;

  /** As good as none: "none" is -1 from RabbitMQ 4 on, and refused before. */
  private static final int NO_DELIVERY_LIMIT = Integer.MAX_VALUE;

  private static final Logger LOG = Logger.getLogger(Topology.class.getName());

  private final String queueType;
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  public Topology(String queueType) {
    this.queueType = queueType;
  }

  /**
   * Declares what is missing. Can be repeated at any time. What the user may not declare or bind is
   * told, and left to who may: an administrator may have made all of it before.
   */
  public void ensure(Connection connection) throws IOException {
    ensureExchange(connection, EVENTS, BuiltinExchangeType.TOPIC);
    ensureExchange(connection, DEAD_LETTERS, BuiltinExchangeType.DIRECT);
    ensureQueue(connection, DEAD_LETTERS, deadLetterArguments());
    bind(connection, DEAD_LETTERS, DEAD_LETTERS, DEAD_LETTERS);
    for (EventKind kind : EventKind.values()) {
      bind(connection, DEAD_LETTERS, DEAD_LETTERS, kind.routingKey());
      // A replayed message carries the queue's name as its key, and keeps it if the broker gives it
      // up.
      bind(connection, DEAD_LETTERS, DEAD_LETTERS, queue(kind));
      ensureQueue(connection, queue(kind), subscriberArguments());
      bind(connection, queue(kind), EVENTS, kind.routingKey());
    }
  }

  /**
   * Whether the broker moves what we reject on to the dead letters: known of queues that are as we
   * would declare them. Of others it is not known, and what such a queue rejects may be lost.
   */
  public boolean rejectedGoToDeadLetters(Connection connection, EventKind kind) throws IOException {
    ensure(connection);
    try {
      declareQueue(connection, queue(kind), subscriberArguments());
      return true;
    } catch (IOException e) {
      if (replyCode(e) == AMQP.PRECONDITION_FAILED || replyCode(e) == AMQP.ACCESS_REFUSED) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Each look at a dead letter is a delivery, and RabbitMQ 4 drops what was delivered too often.
   */
  private Map<String, Object> deadLetterArguments() {
    return queueType.equals("quorum") ? Map.of("x-delivery-limit", NO_DELIVERY_LIMIT) : Map.of();
  }

  private Map<String, Object> subscriberArguments() {
    var arguments = new HashMap<String, Object>();
    arguments.put("x-dead-letter-exchange", DEAD_LETTERS);
    if (queueType.equals("quorum")) {
      arguments.put("x-delivery-limit", DELIVERY_LIMIT);
    }
    return arguments;
  }

  private void ensureExchange(Connection connection, String name, BuiltinExchangeType type)
      throws IOException {
    if (!exists(connection, channel -> channel.exchangeDeclarePassive(name))) {
      if (!permitted(
          "declare the exchange " + name,
          () -> run(connection, channel -> channel.exchangeDeclare(name, type, true)))) {
        return;
      }
      LOG.info(() -> "Exchange %s declared (%s).".formatted(name, type.getType()));
    }
  }

  private void ensureQueue(Connection connection, String name, Map<String, Object> arguments)
      throws IOException {
    if (!exists(connection, channel -> channel.queueDeclarePassive(name))) {
      if (!permitted(
          "declare the queue " + name, () -> declareQueue(connection, name, arguments))) {
        return;
      }
      LOG.info(() -> "Queue %s declared (%s).".formatted(name, queueType));
    }
  }

  private void declareQueue(Connection connection, String name, Map<String, Object> arguments)
      throws IOException {
    var all = new HashMap<>(arguments);
    all.put("x-queue-type", queueType);
    run(connection, channel -> channel.queueDeclare(name, true, false, false, all));
  }

  private void bind(Connection connection, String queue, String exchange, String key)
      throws IOException {
    permitted(
        "bind the queue %s to the exchange %s with the key %s".formatted(queue, exchange, key),
        () -> run(connection, channel -> channel.queueBind(queue, exchange, key)));
  }

  private interface Declaration {
    void make() throws IOException;
  }

  /** Returns whether it was made; says once what the user has no right to. */
  private boolean permitted(String what, Declaration declaration) throws IOException {
    try {
      declaration.make();
      refused.remove(what);
      return true;
    } catch (IOException e) {
      boolean bindingToNothing = replyCode(e) == AMQP.NOT_FOUND && !refused.isEmpty();
      if (replyCode(e) != AMQP.ACCESS_REFUSED && !bindingToNothing) {
        throw e;
      }
      if (refused.add(what)) {
        LOG.warning(() ->
            "The user may not %s; an administrator has to, see \"Rights\" in docs/operations.md: %s"
                .formatted(what, BrokerErrors.of(e)));
      }
      return false;
    }
  }

  /** What the user has no right to do, in words; it may be done already. */
  Set<String> refused() {
    return Set.copyOf(refused);
  }

  public interface Call {
    void on(Channel channel) throws IOException;
  }

  public static boolean exists(Connection connection, Call passive) throws IOException {
    try {
      run(connection, passive);
      return true;
    } catch (IOException e) {
      if (replyCode(e) == AMQP.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** On a channel of its own: a refused call closes the channel it was made on. */
  public static void run(Connection connection, Call call) throws IOException {
    Channel channel = connection.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no further channel");
    }
    call.on(channel);
    try {
      channel.close();
    } catch (TimeoutException e) {
      throw new IOException("the broker did not close a channel in time", e);
    }
  }

  /** The code with which the broker closed a channel; 0 if it was something else. */
  public static int replyCode(IOException e) {
    return e.getCause() instanceof ShutdownSignalException signal
            && signal.getReason() instanceof AMQP.Channel.Close close
        ? close.getReplyCode()
        : 0;
  }
}

package io.appserver.orchestrator.intake.amqp.inspect;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.BrokerErrors;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.amqp.consume.EventConsumer;
import io.appserver.orchestrator.intake.amqp.inspect.BrokerReport.Queue;
import io.appserver.orchestrator.intake.amqp.inspect.BrokerReport.Trouble;
import io.appserver.orchestrator.intake.event.EventKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Looks at the broker over a connection of its own, without declaring anything. Bindings cannot be
 * looked at by this protocol: the {@link EventConsumer} makes them anew every half minute.
 */
@Singleton
public class BrokerInspection {

  private static final String APP_SERVERS_PREFIX = "appserver.subscriber.";

  private static final int CLOSE_TIMEOUT_MILLIS = 2000;

  private final BrokerConnections connections;

  @Inject
  public BrokerInspection(BrokerConnections connections) {
    this.connections = connections;
  }

  /** The queue that AppServer takes the same events from. */
  public static String queueOfAppServer(EventKind kind) {
    return APP_SERVERS_PREFIX + kind.routingKey();
  }

  public BrokerReport inspect() {
    Connection connection;
    try {
      connection = connections.open("doctor");
    } catch (IOException | TimeoutException e) {
      return trouble(troubleOf(e), e);
    }
    try {
      return report(connection);
    } catch (IOException | ShutdownSignalException e) {
      return trouble(Trouble.REFUSED, e);
    } finally {
      connection.abort(CLOSE_TIMEOUT_MILLIS);
    }
  }

  private BrokerReport report(Connection connection) throws IOException {
    List<String> missing = new ArrayList<>();
    for (String exchange : List.of(Topology.EVENTS, Topology.DEAD_LETTERS)) {
      if (!Topology.exists(connection, channel -> channel.exchangeDeclarePassive(exchange))) {
        missing.add(exchange);
      }
    }
    Map<String, Optional<Queue>> queues = new LinkedHashMap<>();
    for (EventKind kind : EventKind.values()) {
      queues.put(Topology.queue(kind), queue(connection, Topology.queue(kind)));
      queues.put(queueOfAppServer(kind), queue(connection, queueOfAppServer(kind)));
    }
    queues.put(Topology.DEAD_LETTERS, queue(connection, Topology.DEAD_LETTERS));
    return new BrokerReport(connections.address(), Trouble.NONE, "", missing, queues);
  }

  private static Optional<Queue> queue(Connection connection, String name) throws IOException {
    var found = new ArrayList<Queue>();
    Topology.exists(
        connection,
        channel -> {
          AMQP.Queue.DeclareOk there = channel.queueDeclarePassive(name);
          found.add(new Queue(there.getMessageCount(), there.getConsumerCount()));
        });
    return found.stream().findFirst();
  }

  private BrokerReport trouble(Trouble trouble, Exception e) {
    return new BrokerReport(
        connections.address(), trouble, BrokerErrors.of(e), List.of(), Map.of());
  }

  private static Trouble troubleOf(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof PossibleAuthenticationFailureException) {
        return Trouble.LOGIN;
      }
      if (cause instanceof SSLException) {
        return Trouble.TLS;
      }
      if (cause instanceof ShutdownSignalException signal
          && signal.getReason() instanceof AMQP.Connection.Close close
          && (close.getReplyCode() == AMQP.NOT_ALLOWED
              || close.getReplyCode() == AMQP.ACCESS_REFUSED)) {
        return Trouble.VIRTUAL_HOST;
      }
    }
    return Trouble.UNREACHABLE;
  }
}

package io.appserver.orchestrator.intake.amqp.inspect;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.appserver.orchestrator.failure.Causes;
import io.appserver.orchestrator.intake.BrokerInspection;
import io.appserver.orchestrator.intake.BrokerReport;
import io.appserver.orchestrator.intake.BrokerReport.Queue;
import io.appserver.orchestrator.intake.BrokerReport.Trouble;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.amqp.BrokerErrors;
import io.appserver.orchestrator.intake.amqp.Topology;
import io.appserver.orchestrator.intake.amqp.consume.EventConsumer;
import io.appserver.orchestrator.intake.event.BrokerNames;
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
 * The {@link BrokerInspection} by AMQP. Bindings cannot be looked at by this protocol: the {@link
 * EventConsumer} makes them anew every half minute.
 */
@Singleton
public class AmqpInspection implements BrokerInspection {

  private static final int CLOSE_TIMEOUT_MILLIS = 2000;

  private final BrokerConnections connections;

  @Inject
  public AmqpInspection(BrokerConnections connections) {
    this.connections = connections;
  }

  @Override
  public BrokerReport inspect() {
    Connection connection;
    try {
      connection = connections.open("doctor");
    } catch (IOException | TimeoutException e) {
      return trouble(firstTrouble(e), e);
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
    for (String exchange : List.of(BrokerNames.EVENTS, BrokerNames.DEAD_LETTERS)) {
      if (!Topology.exists(connection, channel -> channel.exchangeDeclarePassive(exchange))) {
        missing.add(exchange);
      }
    }
    Map<String, Optional<Queue>> queues = new LinkedHashMap<>();
    for (EventKind kind : EventKind.values()) {
      queues.put(BrokerNames.queue(kind), queue(connection, BrokerNames.queue(kind)));
      queues.put(
          BrokerNames.queueOfAppServer(kind),
          queue(connection, BrokerNames.queueOfAppServer(kind)));
    }
    queues.put(BrokerNames.DEAD_LETTERS, queue(connection, BrokerNames.DEAD_LETTERS));
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

  private static Trouble firstTrouble(Exception e) {
    return Causes.of(e)
        .map(AmqpInspection::troubleOf)
        .filter(trouble -> trouble != Trouble.UNREACHABLE)
        .findFirst()
        .orElse(Trouble.UNREACHABLE);
  }

  private static Trouble troubleOf(Throwable cause) {
    return switch (cause) {
      case PossibleAuthenticationFailureException ignored -> Trouble.LOGIN;
      case SSLException ignored -> Trouble.TLS;
      case ShutdownSignalException signal
          when signal.getReason() instanceof AMQP.Connection.Close close
              && (close.getReplyCode() == AMQP.NOT_ALLOWED
                  || close.getReplyCode() == AMQP.ACCESS_REFUSED) ->
          Trouble.VIRTUAL_HOST;
      default -> Trouble.UNREACHABLE;
    };
  }
}

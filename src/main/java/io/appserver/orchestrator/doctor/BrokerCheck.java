package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.intake.BrokerInspection;
import io.appserver.orchestrator.intake.BrokerReport;
import io.appserver.orchestrator.intake.BrokerReport.Queue;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.intake.deadletter.OutboxStore;
import io.appserver.orchestrator.intake.event.BrokerNames;
import io.appserver.orchestrator.intake.event.EventKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether events come: connection, exchanges, queues and who consumes them. */
@Singleton
final class BrokerCheck implements Check {

  private final BrokerInspection broker;
  private final EventSource events;
  private final OutboxStore outbox;

  @Inject
  BrokerCheck(BrokerInspection broker, EventSource events, OutboxStore outbox) {
    this.broker = broker;
    this.events = events;
    this.outbox = outbox;
  }

  @Override
  public String name() {
    return "broker";
  }

  @Override
  public Finding examine() {
    return judge(broker.inspect(), events.status(), putOffLetters());
  }

  /**
   * Dead letters that cannot be published; what the database says of itself is the concern of
   * another check.
   */
  private List<String> putOffLetters() {
    try {
      return outbox.putOff();
    } catch (RuntimeException e) {
      return List.of();
    }
  }

  static Finding judge(BrokerReport report, EventSource.Status status, List<String> putOff) {
    Finding finding = judge(report, status);
    if (putOff.isEmpty()) {
      return finding;
    }
    return finding.status() == Finding.Status.OK
        ? new Finding(
            finding.check(),
            Finding.Status.WARNING,
            "dead letters that cannot be published wait in orchestrator_outbox: "
                + String.join("; ", putOff),
            "They are tried again, an hour apart at most, and hold up no others. Read such a row by"
                + " its message_id; delete it once it is not needed.",
            finding.details())
        : finding.with("put_off", String.join("; ", putOff));
  }

  static Finding judge(BrokerReport report, EventSource.Status status) {
    return switch (report.trouble()) {
      case NONE -> judgeQueues(report, status);
      case UNREACHABLE ->
          trouble(
              report,
              "cannot be reached",
              "Start RabbitMQ, and check host and port of APPSERVER_RABBITMQ_URL and the network in"
                  + " between. Events wait in their queues meanwhile.");
      case TLS ->
          trouble(
              report,
              "does not speak TLS as expected",
              "Use amqp:// for a broker without TLS, amqps:// for one with it; its certificate must"
                  + " be one that Java trusts and bear the host's name.");
      case LOGIN ->
          trouble(
              report,
              "refuses the login",
              "Correct user and password in APPSERVER_RABBITMQ_URL (special characters escaped,"
                  + " such as %40 for @) and restart. The user guest may only connect from the"
                  + " broker's own host, unless it is configured otherwise.");
      case VIRTUAL_HOST ->
          trouble(
              report,
              "does not let the user into the virtual host",
              "Correct the path of APPSERVER_RABBITMQ_URL (an empty one means /), or: `rabbitmqctl"
                  + " add_vhost <name>`, `rabbitmqctl set_permissions -p <name> <user> '.*' '.*'"
                  + " '.*'`.");
      case REFUSED ->
          trouble(
              report,
              "refuses to be asked",
              "Give the user the rights: `rabbitmqctl set_permissions -p <vhost> <user> '.*' '.*'"
                  + " '.*'`.");
    };
  }

  private static Finding trouble(BrokerReport report, String what, String cure) {
    return Finding.failed(
            "broker", "%s %s: %s".formatted(report.address(), what, report.words()), cure)
        .with("address", report.address());
  }

  private static Finding judgeQueues(BrokerReport report, EventSource.Status status) {
    List<String> failed = new ArrayList<>(report.missingExchanges());
    failed.replaceAll(exchange -> "the exchange " + exchange + " is not there");
    List<String> shared = new ArrayList<>();
    for (EventKind kind : EventKind.values()) {
      String ours = BrokerNames.queue(kind);
      if (queue(report, ours).isEmpty()) {
        failed.add("the queue " + ours + " is not there");
      } else if (queue(report, ours).filter(queue -> queue.consumers() > 0).isEmpty()) {
        failed.add("nobody consumes " + ours);
      }
      String theirs = BrokerNames.queueOfAppServer(kind);
      if (queue(report, theirs).isEmpty()) {
        shared.add(theirs);
      }
    }
    if (queue(report, BrokerNames.DEAD_LETTERS).isEmpty()) {
      failed.add("the queue " + BrokerNames.DEAD_LETTERS + " is not there");
    }
    failed.addAll(status.missing());
    return verdict(report, failed, shared)
        .with("address", report.address())
        .with(
            "bindings",
            "made anew every 30 s while connected; see docs/operations.md to list them");
  }

  private static Finding verdict(BrokerReport report, List<String> failed, List<String> shared) {
    Finding finding;
    if (!failed.isEmpty()) {
      finding =
          Finding.failed(
              "broker",
              String.join("; ", failed),
              "What is missing is declared within 30 s once the orchestrator is connected; if it is"
                  + " not, its log says why: most often the user of APPSERVER_RABBITMQ_URL lacks"
                  + " the right to configure. What an absent queue missed is found from the"
                  + " database within seconds.");
    } else if (!shared.isEmpty()) {
      finding =
          Finding.warning(
              "broker",
              "connected and consuming; AppServer's own %s not there: %s"
                  .formatted(
                      shared.size() == 1 ? "queue is" : "queues are", String.join(", ", shared)),
              "See that AppServer runs and uses the same broker and virtual host; if it took its"
                  + " events from orchestrator.subscriber.*, each event would reach only one of the"
                  + " two.");
    } else {
      finding =
          Finding.ok(
              "broker", "connected and consuming; exchanges, queues and dead letters are there");
    }
    for (Map.Entry<String, Optional<Queue>> entry : new TreeMap<>(report.queues()).entrySet()) {
      finding =
          finding.with(
              entry.getKey(),
              entry
                  .getValue()
                  .map(queue ->
                      "%d messages, %d consumers".formatted(queue.messages(), queue.consumers()))
                  .orElse("not there"));
    }
    return finding;
  }

  private static Optional<Queue> queue(BrokerReport report, String name) {
    return report.queues().getOrDefault(name, Optional.empty());
  }
}

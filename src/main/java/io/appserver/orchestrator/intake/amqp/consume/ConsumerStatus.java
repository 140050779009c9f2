package io.appserver.orchestrator.intake.amqp.consume;

import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.intake.event.BrokerNames;
import io.appserver.orchestrator.intake.event.EventKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;

/** What keeps events from coming, in words. Says in the log when that changes. */
final class ConsumerStatus {

  private static final Logger LOG = Logger.getLogger(ConsumerStatus.class.getName());

  private volatile String brokerTrouble = "not started";
  private volatile String databaseTrouble = "";

  /** Why there is no connection, if the log need not say so. */
  void note(String trouble) {
    brokerTrouble = trouble;
  }

  void connectionFailed(String trouble) {
    if (!trouble.equals(brokerTrouble)) {
      LOG.warning(() -> "Events cannot be consumed, trying again: " + trouble);
    }
    brokerTrouble = trouble;
  }

  void consuming(String address) {
    if (!brokerTrouble.isEmpty()) {
      LOG.info(() -> "Consuming events at %s.".formatted(address));
      brokerTrouble = "";
    }
  }

  void databaseAway() {
    if (databaseTrouble.isEmpty()) {
      LOG.warning("Events cannot be kept: the database does not answer. They wait at the broker.");
      databaseTrouble = "no events are taken while the database does not answer";
    }
  }

  void databaseAnswers() {
    if (!databaseTrouble.isEmpty()) {
      LOG.info("The database answers; events are taken again.");
      databaseTrouble = "";
    }
  }

  /**
   * @param deadLetterTrouble what keeps dead letters from being published, in words; empty if
   *     nothing does
   */
  EventSource.Status report(Optional<ConsumerSession> session, String deadLetterTrouble) {
    Optional<ConsumerSession> current = session.filter(ConsumerSession::open);
    Map<String, Integer> consumers = new HashMap<>();
    for (EventKind kind : EventKind.values()) {
      boolean consuming = current.isPresent() && current.get().consuming(kind);
      consumers.put(BrokerNames.queue(kind), consuming ? 1 : 0);
    }
    List<String> missing = new ArrayList<>();
    if (current.isEmpty()) {
      missing.add(brokerTrouble.isEmpty() ? "the connection ended" : brokerTrouble);
    } else if (!databaseTrouble.isEmpty()) {
      missing.add(databaseTrouble);
    } else {
      consumers.forEach((queue, count) -> {
        if (count == 0) {
          missing.add("no consumer on " + queue);
        }
      });
    }
    int stuck = current.map(ConsumerSession::stuck).orElse(0);
    if (stuck > 0) {
      missing.add("%d messages in the queues cannot be taken; the log says where".formatted(stuck));
    }
    if (!deadLetterTrouble.isEmpty()) {
      missing.add(deadLetterTrouble);
    }
    return new EventSource.Status(current.isPresent(), consumers, missing);
  }
}

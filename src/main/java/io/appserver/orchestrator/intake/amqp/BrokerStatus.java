package io.appserver.orchestrator.intake.amqp;

import java.util.List;
import java.util.Map;

/**
 * How the event bus stands, for health checks.
 *
 * @param connected whether there is a connection to consume on
 * @param consumers our consumers by queue: 1 or 0
 * @param missing what is wrong, in words; empty when all is well
 */
public record BrokerStatus(
    boolean connected, Map<String, Integer> consumers, List<String> missing) {

  public BrokerStatus {
    consumers = Map.copyOf(consumers);
    missing = List.copyOf(missing);
  }

  /** Whether every queue is being consumed. */
  public boolean consuming() {
    return connected && !consumers.isEmpty() && !consumers.containsValue(0);
  }
}

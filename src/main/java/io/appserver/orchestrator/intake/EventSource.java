package io.appserver.orchestrator.intake;

import java.util.List;
import java.util.Map;

/** What brings the platform's events to the {@link EventIntake}. */
public interface EventSource {

  /** Begins; returns at once. What it takes events from need not be there yet. */
  void start();

  /**
   * Takes no more events, lets those being handled end, and disconnects; takes a few seconds at
   * most. It may be started again.
   */
  void stop();

  /** How it stands now. */
  Status status();

  /**
   * How the events come, for health checks.
   *
   * @param connected whether there is a connection to consume on
   * @param consumers our consumers by queue: 1 or 0
   * @param missing what is wrong, in words; empty when all is well
   */
  record Status(boolean connected, Map<String, Integer> consumers, List<String> missing) {

    public Status {
      consumers = Map.copyOf(consumers);
      missing = List.copyOf(missing);
    }

    /** Whether every queue is being consumed. */
    public boolean consuming() {
      return connected && !consumers.isEmpty() && !consumers.containsValue(0);
    }
  }
}

package io.appserver.orchestrator.intake;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the broker has of what events need.
 *
 * @param address without credentials
 * @param words what it said, or why it could not be asked; empty without trouble
 * @param missingExchanges of those that events and dead letters go through
 * @param queues ours and AppServer's, by name; empty for one that is not there
 */
public record BrokerReport(
    String address,
    Trouble trouble,
    String words,
    List<String> missingExchanges,
    Map<String, Optional<Queue>> queues) {

  /** Why the broker cannot be asked. */
  public enum Trouble {
    NONE,
    UNREACHABLE,
    TLS,
    LOGIN,
    VIRTUAL_HOST,
    /** It answers, and refuses the questions. */
    REFUSED
  }

  /**
   * A queue.
   *
   * @param messages ready to be delivered
   * @param consumers everybody's
   */
  public record Queue(int messages, int consumers) {}

  public BrokerReport {
    missingExchanges = List.copyOf(missingExchanges);
    queues = Map.copyOf(queues);
  }
}

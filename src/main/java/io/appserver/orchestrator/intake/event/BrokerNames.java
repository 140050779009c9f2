package io.appserver.orchestrator.intake.event;

/** What exchanges and queues are called at the broker; the platform and its guide know them so. */
public final class BrokerNames {

  /** The exchange to which the platform publishes. */
  public static final String EVENTS = "appserver.events";

  /** The exchange of the dead letters, and their queue. */
  public static final String DEAD_LETTERS = "orchestrator.dead-letter";

  private static final String SUBSCRIBER_PREFIX = "orchestrator.subscriber.";

  private static final String APP_SERVERS_PREFIX = "appserver.subscriber.";

  private BrokerNames() {}

  /** The queue that brings events of the kind to the orchestrator. */
  public static String queue(EventKind kind) {
    return SUBSCRIBER_PREFIX + kind.routingKey();
  }

  /** The queue from which AppServer takes the same events. */
  public static String queueOfAppServer(EventKind kind) {
    return APP_SERVERS_PREFIX + kind.routingKey();
  }
}

package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.ValueFormats.FLAG;
import static io.appserver.orchestrator.configuration.ValueFormats.named;
import static io.appserver.orchestrator.configuration.ValueFormats.oneOf;

/** What switches the orchestrator on, and where the event bus is. */
final class BrokerVariables {

  static final VariableGroup SWITCHES =
      new VariableGroup("Both must be true, or the orchestrator refuses to start");

  static final VariableGroup BROKER = new VariableGroup("Event bus");

  static final Variable<Boolean> DOCKER_ENABLED =
      SWITCHES.of("APPSERVER_DOCKER_ENABLED", FLAG, "false", "must be true");

  static final Variable<Boolean> EVENTBUS_ENABLED =
      SWITCHES.of("APPSERVER_EVENTBUS_ENABLED", FLAG, "false", "must be true");

  static final Variable<String> RABBITMQ_URL =
      BROKER.of(
          "APPSERVER_RABBITMQ_URL",
          named("`amqp://` or `amqps://` URL", AddressFormats.BROKER_URL),
          Settings.Broker.DEFAULT_URL,
          "an empty path is the virtual host `/`");

  static final Variable<String> QUEUE_TYPE =
      BROKER.of(
          "APPSERVER_EVENTBUS_QUEUE_TYPE",
          oneOf("quorum", "classic"),
          "quorum",
          "of queues that are not there yet");

  private BrokerVariables() {}
}

package io.appserver.orchestrator.intake.amqp.consume;

import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;

/** Settings of which nothing is there but the broker's: an intake asks for no others. */
final class BrokerSettings {

  private BrokerSettings() {}

  static Settings of(String url, String queueType) {
    return new Settings(
        true,
        true,
        new Settings.Broker(new Secret(url), queueType),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}

package io.appserver.orchestrator.runtime.docker;

import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Settings as far as the adapter reads them. */
final class TestSettings {

  static final Settings.Registry NO_REGISTRY =
      new Settings.Registry("registry.invalid", Optional.empty(), new Secret(""));

  private TestSettings() {}

  static Settings of(String host, Settings.Registry registry) {
    return of(host, registry, Duration.ofMinutes(2));
  }

  static Settings of(String host, Settings.Registry registry, Duration pullTimeout) {
    return new Settings(
        true,
        true,
        new Settings.Broker(new Secret(""), "quorum"),
        new Settings.Database("", 5432, "", "", new Secret(""), "disable", "appserver"),
        new Settings.Engine(host, Optional.empty(), Optional.empty(), Optional.empty()),
        registry,
        new Settings.Containers("appserver-network", "app-", false, 1024, 512, 512, "latest", 3, 4),
        new Settings.Timeouts(pullTimeout, Duration.ofMinutes(2), Duration.ofSeconds(10)),
        new Settings.HealthChecks(Duration.ofSeconds(30), Duration.ofSeconds(5), 3),
        new Settings.Reconciliation(
            Duration.ofMinutes(2), Duration.ofMinutes(5), false, Duration.ofDays(90)),
        new Settings.Apps("http://appserver:8080", "appserver:9091", "production", Map.of()),
        Settings.Access.CLOSED);
  }
}

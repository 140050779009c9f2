package io.appserver.orchestrator.deployment;

import java.util.Locale;

/** What the last probes said, as written in {@code deployments.health_status}. */
public enum HealthStatus {
  UNKNOWN,
  STARTING,
  HEALTHY,
  UNHEALTHY;

  /** The lower-case word of the database. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.appserver.orchestrator.deployment;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How well the container is, since when, and how that is asked. */
@Embeddable
public class ObservedHealth {

  @Convert(converter = HealthStatusConverter.class)
  @Column(name = "health_status", nullable = false)
  private HealthStatus status = HealthStatus.UNKNOWN;

  @Column(name = "started_at")
  private @Nullable Instant startedAt;

  @Column(name = "healthy_since")
  private @Nullable Instant healthySince;

  @Column(name = "health_hash")
  private @Nullable String hash;

  /** Nothing is known. */
  protected ObservedHealth() {}

  void unknown() {
    status = HealthStatus.UNKNOWN;
  }

  /** There is nothing that could be well. */
  void forget() {
    status = HealthStatus.UNKNOWN;
    startedAt = null;
    healthySince = null;
  }

  /** It does not run, or is not to. */
  void endedBeingHealthy() {
    healthySince = null;
  }

  void starting(Instant now) {
    status = HealthStatus.STARTING;
    startedAt = now;
    healthySince = null;
  }

  void unhealthy() {
    status = HealthStatus.UNHEALTHY;
  }

  void healthy(Instant now) {
    status = HealthStatus.HEALTHY;
    healthySince = now;
  }

  void healthyStill(Instant now) {
    status = HealthStatus.HEALTHY;
    if (healthySince == null) {
      healthySince = now;
    }
  }

  /**
   * Is asked for by those settings from now on.
   *
   * @return whether it was by others before
   */
  boolean askedBy(String settings) {
    boolean others = hash != null && !hash.equals(settings);
    hash = settings;
    return others;
  }

  void forgetHash() {
    hash = null;
  }

  public HealthStatus status() {
    return status;
  }

  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }

  public Optional<Instant> healthySince() {
    return Optional.ofNullable(healthySince);
  }

  /** Whether it has been so at that time, without a break. */
  boolean healthyAt(Instant time) {
    return healthySince != null && !healthySince.isAfter(time);
  }

  /** The settings by which it was asked for last; empty if that was not recorded. */
  public Optional<String> hash() {
    return Optional.ofNullable(hash);
  }
}

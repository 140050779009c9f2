package io.appserver.orchestrator.deployment;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Embeddable;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How well the container is, since when, and how that is asked. Each change makes another. */
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

  private ObservedHealth(
      HealthStatus status,
      @Nullable Instant startedAt,
      @Nullable Instant healthySince,
      @Nullable String hash) {
    this.status = status;
    this.startedAt = startedAt;
    this.healthySince = healthySince;
    this.hash = hash;
  }

  ObservedHealth unknown() {
    return is(HealthStatus.UNKNOWN);
  }

  private ObservedHealth is(HealthStatus now) {
    return new ObservedHealth(now, startedAt, healthySince, hash);
  }

  /** There is nothing that could be well. */
  ObservedHealth ofNothing() {
    return new ObservedHealth(HealthStatus.UNKNOWN, null, null, hash);
  }

  /** It does not run, or is not to. */
  ObservedHealth ended() {
    return new ObservedHealth(status, startedAt, null, hash);
  }

  ObservedHealth starting(Instant now) {
    return new ObservedHealth(HealthStatus.STARTING, now, null, hash);
  }

  ObservedHealth unhealthy() {
    return is(HealthStatus.UNHEALTHY);
  }

  ObservedHealth healthy(Instant now) {
    return new ObservedHealth(HealthStatus.HEALTHY, startedAt, now, hash);
  }

  /** Healthy since then, if it was not before. */
  ObservedHealth healthyStill(Instant now) {
    return healthy(healthySince().orElse(now));
  }

  /** Is asked for by those settings from now on. */
  ObservedHealth askedBy(String settings) {
    return new ObservedHealth(status, startedAt, healthySince, settings);
  }

  /** Whether it is known that it was asked for by other settings than those. */
  boolean isAskedByOthersThan(String settings) {
    return hash != null && !hash.equals(settings);
  }

  /** By which settings it was asked for does not matter any more. */
  ObservedHealth askedByNone() {
    return new ObservedHealth(status, startedAt, healthySince, null);
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

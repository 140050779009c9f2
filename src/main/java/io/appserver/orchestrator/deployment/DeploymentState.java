package io.appserver.orchestrator.deployment;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where a deployment stands, as written in {@code deployments.state}. */
public enum DeploymentState {
  /** Waits, with a reason and the time of the next look. */
  PENDING,
  PULLING,
  CREATING,
  /** The container runs; its health gate has not passed yet. */
  STARTING,
  HEALTHY,
  UNHEALTHY,
  RESTARTING,
  STOPPING,
  /** Not wanted any more, and gone. */
  STOPPED,
  /** Given up, with a reason and what would wake it. */
  FAILED;

  /** The lower-case word of the database. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The state of that code, in any case.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static DeploymentState ofCode(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }

  /** The states that may follow this one. Staying is not a transition. */
  public Set<DeploymentState> successors() {
    return switch (this) {
      case PENDING -> EnumSet.of(PULLING, CREATING, STARTING, HEALTHY, STOPPING, STOPPED, FAILED);
      case PULLING -> EnumSet.of(PENDING, CREATING, HEALTHY, STOPPING, STOPPED, FAILED);
      case CREATING -> EnumSet.of(PENDING, PULLING, STARTING, STOPPING, STOPPED, FAILED);
      case STARTING ->
          EnumSet.of(PENDING, PULLING, CREATING, HEALTHY, RESTARTING, STOPPING, STOPPED, FAILED);
      case HEALTHY ->
          EnumSet.of(PENDING, PULLING, UNHEALTHY, RESTARTING, STOPPING, STOPPED, FAILED);
      case UNHEALTHY ->
          EnumSet.of(PENDING, PULLING, HEALTHY, RESTARTING, STOPPING, STOPPED, FAILED);
      case RESTARTING -> EnumSet.of(PENDING, PULLING, STARTING, HEALTHY, STOPPING, STOPPED, FAILED);
      case STOPPING -> EnumSet.of(PENDING, STOPPED, FAILED);
      case STOPPED -> EnumSet.of(PENDING);
      case FAILED -> EnumSet.of(PENDING, STOPPING, STOPPED);
    };
  }

  public boolean mayBecome(DeploymentState next) {
    return successors().contains(next);
  }
}

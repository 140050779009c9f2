package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.operation.Hold;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.DeploymentState;
import io.appserver.orchestrator.deployment.HealthStatus;
import io.appserver.orchestrator.failure.FailureCode;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An app as lists show it.
 *
 * @param state of the deployment; {@code pending} for an app that was not looked at yet
 * @param installed whether the platform wants it to run
 * @param outdated whether it would be made otherwise now, by changed settings or defaults
 * @param attention whether somebody should look at it
 * @param held that an operator keeps it stopped
 * @param moveTo the node it is to go to
 */
@Schema(name = "Deployment")
public record DeploymentView(
    String app,
    String appId,
    String state,
    String health,
    Optional<String> node,
    boolean installed,
    Optional<String> image,
    Optional<String> imageId,
    Optional<String> digest,
    Optional<String> container,
    int generation,
    Optional<Instant> startedAt,
    Optional<Instant> healthySince,
    Optional<Instant> updatedAt,
    int restarts,
    int attempts,
    Optional<Instant> nextLookAt,
    boolean outdated,
    boolean attention,
    Optional<String> volume,
    Optional<Reason> reason,
    Optional<Hold> held,
    Optional<String> moveTo,
    Optional<Pulls.Pull> pull) {

  /** Why it is not otherwise. */
  public record Reason(String code, String message) {}

  /** Installed, and nothing was done for it yet. */
  static DeploymentView untouched(App app) {
    return new DeploymentView(
        app.name().value(),
        app.id().toString(),
        app.installed() ? DeploymentState.PENDING.code() : DeploymentState.STOPPED.code(),
        word(HealthStatus.UNKNOWN),
        Optional.empty(),
        app.installed(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        Optional.empty(),
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static DeploymentView of(
      AppName name,
      Optional<App> app,
      Deployment row,
      Optional<Hold> held,
      Optional<String> moveTo,
      boolean outdated,
      Optional<Pulls.Pull> pull) {
    Optional<Reason> reason =
        row.reason().code().map(code -> new Reason(code, row.reason().message().orElse("")));
    return new DeploymentView(
        name.value(),
        row.appId().toString(),
        row.state().code(),
        word(row.health().status()),
        row.place().node(),
        app.filter(App::installed).isPresent(),
        row.image().reference(),
        row.image().id(),
        row.image().digest().filter(digest -> !digest.isEmpty()),
        row.containers().id().map(ContainerId::value),
        row.containers().generation(),
        row.health().startedAt(),
        row.health().healthySince(),
        Optional.of(row.standing().updatedAt()),
        row.restarts().number(),
        row.attempts(),
        row.reason().nextLookAt(),
        outdated,
        needsAttention(row.state(), reason),
        row.place().volume(),
        reason,
        held,
        moveTo,
        pull);
  }

  /** What failed, is ill, or waits for something; not what an operator stopped. */
  private static boolean needsAttention(DeploymentState state, Optional<Reason> reason) {
    boolean held = reason.filter(why -> why.code().equals(FailureCode.HELD.code())).isPresent();
    return switch (state) {
      case FAILED, UNHEALTHY, RESTARTING -> true;
      case PENDING, PULLING, CREATING, STARTING, HEALTHY, STOPPING, STOPPED ->
          reason.isPresent() && !held;
    };
  }

  private static String word(HealthStatus status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}

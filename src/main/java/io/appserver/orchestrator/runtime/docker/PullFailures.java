package io.appserver.orchestrator.runtime.docker;

import static io.appserver.orchestrator.failure.FailureCode.DISK_FULL;
import static io.appserver.orchestrator.failure.FailureCode.ENGINE_ERROR;
import static io.appserver.orchestrator.failure.FailureCode.IMAGE_INVALID;
import static io.appserver.orchestrator.failure.FailureCode.IMAGE_NOT_FOUND;
import static io.appserver.orchestrator.failure.FailureCode.INVALID_SETTING;
import static io.appserver.orchestrator.failure.FailureCode.PULL_CORRUPT;
import static io.appserver.orchestrator.failure.FailureCode.PULL_TIMEOUT;
import static io.appserver.orchestrator.failure.FailureCode.REGISTRY_DENIED;
import static io.appserver.orchestrator.failure.FailureCode.REGISTRY_RATE_LIMITED;
import static io.appserver.orchestrator.failure.FailureCode.REGISTRY_UNREACHABLE;
import static io.appserver.orchestrator.failure.FailureCode.RUNTIME_UNAVAILABLE;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.ImageReference;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of {@link DockerFailures} that is about pulls: what the engine says of a registry. */
final class PullFailures {

  /** What the engine answers with when the error came within the answer, too late for a status. */
  static final int WITHIN_ANSWER = 200;

  /** Some registries put it into the message; the engine passes no header on. */
  private static final Pattern RETRY_AFTER =
      Pattern.compile(
          "retry-after: (\\d{1,9})(?:\\.\\d+)?(ms|µs|us|ns|s|m)?", Pattern.CASE_INSENSITIVE);

  private PullFailures() {}

  /** A pull that the engine reported as failed. */
  static DeploymentException of(
      ImageReference reference, int status, EngineWords words, @Nullable Throwable cause) {
    if (words.page() && status >= 500) {
      return new UnreachableException(
          Failure.of(
                  RUNTIME_UNAVAILABLE,
                  "The proxy before the Docker daemon did not get an answer from it to pull %s: %s. If it answers otherwise, the registry %s may be silent for longer than that proxy waits."
                      .formatted(reference, words, reference.registry()))
              .with(DockerFailures.ENGINE, words.text()),
          cause);
    }
    FailureCode code = words.page() ? ENGINE_ERROR : code(status, words);
    var failure =
        new Failure(
            code,
            message(code, reference, words),
            Map.of(DockerFailures.ENGINE, words.text()),
            pause(code, words));
    return notReached(code, words)
        ? new UnreachableException(failure, cause)
        : new DeploymentException(failure, cause);
  }

  private static FailureCode code(int status, EngineWords words) {
    if (hasNoUsableManifest(words)) {
      return IMAGE_INVALID; // engines say so with 404, 400, 500, and within the answer
    }
    return switch (status) {
      case 400 -> INVALID_SETTING;
      case 401, 403 -> REGISTRY_DENIED;
      case 404 -> IMAGE_NOT_FOUND;
      case 429 -> REGISTRY_RATE_LIMITED;
      default -> toldBy(words); // 500 by engines up to 24 for whatever the registry answered
    };
  }

  /** The registry has it, and no engine of this kind can use what it has. */
  private static boolean hasNoUsableManifest(EngineWords words) {
    return isForAnotherPlatform(words)
        || words.hasAny(
            "unsupported media type",
            "unsupported manifest media type",
            "unsupported schema version",
            "schema 1 support",
            "schema v1",
            "unrecognized manifest schema version",
            "mediatype in manifest should be",
            "unknown image config media type",
            "invalid manifest: no config",
            "missing signature key", // of a schema 1 manifest
            "target is unknown")
        || (words.hasAny("encountered remote") && words.hasAny("when fetching"));
  }

  private static boolean isForAnotherPlatform(EngineWords words) {
    return words.hasAny(
            "no matching manifest", // for linux/amd64 in the manifest list entries
            "no match for platform in manifest",
            "no supported platform found in manifest list",
            "does not match the specified platform",
            "does not provide the specified platform",
            "cannot be used on this platform")
        || (words.hasAny("cannot download image with operating system")
            && words.hasAny("when requested"));
  }

  private static FailureCode toldBy(EngineWords words) {
    if (words.hasAny("containerd.sock", "context canceled")) {
      return ENGINE_ERROR; // it lost its way to containerd, or ends
    }
    if (words.hasAny("no space left on device")) {
      return DISK_FULL;
    }
    if (words.hasAny("toomanyrequests", "too many requests", "rate limit")) {
      return REGISTRY_RATE_LIMITED;
    }
    if (words.hasAny(
        "unauthorized",
        "no basic auth credentials",
        "authentication required",
        "denied",
        "forbidden",
        "incorrect username or password")) {
      return REGISTRY_DENIED;
    }
    if (words.hasAny("manifest unknown", "name unknown", "repository does not exist")) {
      return IMAGE_NOT_FOUND;
    }
    if (words.hasAny(
        "verification failed",
        "unexpected eof",
        "unknown blob",
        "blob unknown",
        "failed to register layer",
        "invalid tar header",
        "digest mismatch",
        "invalid checksum",
        "gzip: invalid")) {
      return PULL_CORRUPT;
    }
    return REGISTRY_UNREACHABLE;
  }

  /**
   * The registry was not even connected to: that is found out at once, and asking again is cheap.
   */
  private static boolean notReached(FailureCode code, EngineWords words) {
    return code == REGISTRY_UNREACHABLE
        && words.hasAny(
            "connection refused", "no route to host", "network is unreachable", "no such host");
  }

  private static String message(FailureCode code, ImageReference image, EngineWords words) {
    String registry = image.registry();
    return switch (code) {
      case IMAGE_NOT_FOUND ->
          "repository not found: the registry %s has no image %s:%s. Verify the app's name, its image stage and the registry credentials."
              .formatted(registry, image.repository(), image.tag());
      case REGISTRY_DENIED ->
          "The registry %s refuses to hand out %s. Check APPSERVER_DOCKER_REGISTRY_USERNAME and _PASSWORD."
              .formatted(registry, image);
      case REGISTRY_RATE_LIMITED ->
          "The registry %s limits the rate of pulls; %s is pulled again later."
              .formatted(registry, image);
      case DISK_FULL ->
          "no space left on device: %s could not be stored. Free disk space on the engine's host."
              .formatted(image);
      case PULL_CORRUPT ->
          "The data of %s broke off or does not match its digest. If that goes on, push the image again."
              .formatted(image);
      case IMAGE_INVALID ->
          isForAnotherPlatform(words)
              ? "%s is there, but is not built for this engine's platform: %s. Build it for that platform and push it again."
                  .formatted(image, words)
              : "%s is in a format that this engine cannot use: %s. Build it with a present tool and push it again."
                  .formatted(image, words);
      case INVALID_SETTING ->
          "%s is no valid image reference. Check APPSERVER_DOCKER_REGISTRY_URL and the image stage."
              .formatted(image);
      case ENGINE_ERROR ->
          words.page()
              ? "The proxy before the Docker daemon does not allow to pull %s: %s. Allow what docs/docker-endpoints.md lists."
                  .formatted(image, words)
              : "Docker broke off the pull of %s: %s.".formatted(image, words);
      default ->
          words.hasAny("timeout", "deadline exceeded")
              ? "timeout pulling image %s: the registry %s does not answer. Check the network between the host and the registry."
                  .formatted(image, registry)
              : "The registry %s cannot be reached to pull %s. Ensure that it is accessible from the host."
                  .formatted(registry, image);
    };
  }

  private static Optional<Duration> pause(FailureCode code, EngineWords words) {
    var asked = RETRY_AFTER.matcher(words.whole());
    if (code != REGISTRY_RATE_LIMITED || !asked.find()) {
      return Optional.empty();
    }
    long amount = Math.min(Long.parseLong(asked.group(1)), Duration.ofDays(1).toSeconds());
    String unit = asked.group(2);
    return Optional.of(
        switch (unit == null ? "s" : unit) {
          case "m" -> Duration.ofMinutes(amount);
          case "s" -> Duration.ofSeconds(amount);
          default -> Duration.ofSeconds(1);
        });
  }

  /** The whole pull took longer than the operator allows. */
  static DeploymentException tookTooLong(ImageReference image, Duration limit) {
    return new DeploymentException(
        PULL_TIMEOUT,
        "timeout pulling image %s: it was not done after %d s. Increase APPSERVER_DOCKER_PULL_TIMEOUT, or check the network to the registry."
            .formatted(image, limit.toSeconds()));
  }

  /** Nothing new was reported for too long. */
  static DeploymentException stalled(ImageReference image, Duration silence, boolean begun) {
    return new DeploymentException(
        begun ? PULL_TIMEOUT : REGISTRY_UNREACHABLE,
        "timeout pulling image %s: nothing came from the registry %s for %d s. Check the network to it, and whether it limits the rate of pulls."
            .formatted(image, image.registry(), silence.toSeconds()));
  }

  /** The answer ended without saying that the pull is complete. */
  static DeploymentException brokenOff(ImageReference image) {
    return new DeploymentException(
        ENGINE_ERROR, "Docker broke off the pull of %s without a reason.".formatted(image));
  }
}

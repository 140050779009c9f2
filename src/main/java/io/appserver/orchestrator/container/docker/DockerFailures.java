package io.appserver.orchestrator.container.docker;

import static io.appserver.orchestrator.deployment.FailureCode.CONTAINER_MISSING;
import static io.appserver.orchestrator.deployment.FailureCode.DISK_FULL;
import static io.appserver.orchestrator.deployment.FailureCode.IMAGE_INVALID;
import static io.appserver.orchestrator.deployment.FailureCode.INVALID_SETTING;
import static io.appserver.orchestrator.deployment.FailureCode.NAME_CONFLICT;
import static io.appserver.orchestrator.deployment.FailureCode.OUT_OF_MEMORY;
import static io.appserver.orchestrator.deployment.FailureCode.PORT_CONFLICT;
import static io.appserver.orchestrator.deployment.FailureCode.PULL_CORRUPT;
import static io.appserver.orchestrator.deployment.FailureCode.RUNTIME_UNAVAILABLE;

import com.github.dockerjava.api.exception.DockerException;
import io.appserver.orchestrator.container.ContainerSpec;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.Failure;
import io.appserver.orchestrator.deployment.FailureCode;
import io.appserver.orchestrator.deployment.UnansweredCallException;
import io.appserver.orchestrator.deployment.UnreachableException;
import org.jspecify.annotations.Nullable;

/**
 * The one place, with {@link PullFailures} for pulls, where what the engine says becomes a {@link
 * Failure}: by HTTP status first, by its words only where one status stands for several causes. The
 * words of the deployment guide's troubleshooting stand in the messages, the engine's own in the
 * detail {@value #ENGINE}.
 */
final class DockerFailures {

  static final String ENGINE = "engine";

  private DockerFailures() {}

  /** The engine did not answer, and nothing was begun. */
  static UnreachableException unreachable(
      String address, String what, EngineWords how, @Nullable Throwable cause) {
    return new UnreachableException(
        Failure.of(
                RUNTIME_UNAVAILABLE,
                "Cannot connect to Docker daemon at %s, so it could not %s: %s. Check that Docker runs and that its socket is mounted and accessible."
                    .formatted(address, what, how))
            .with(ENGINE, how.text()),
        cause);
  }

  /** A change was asked for and no answer came. */
  static UnansweredCallException unanswered(
      String address, String what, EngineWords how, @Nullable Throwable cause) {
    return new UnansweredCallException(
        "The Docker daemon at %s was asked to %s and did not answer: %s. It may still take effect."
            .formatted(address, what, how),
        cause);
  }

  /** A proxy's word that the engine behind it did not answer: the request may have reached it. */
  static boolean gatewayGaveUp(DockerException e) {
    return e.getHttpStatus() == 502 || e.getHttpStatus() == 504;
  }

  static DeploymentException create(ContainerSpec spec, DockerException e) {
    var words = EngineWords.of(e);
    String name = spec.name().value();
    return switch (e.getHttpStatus()) {
      case 404 ->
          failure(
              PULL_CORRUPT,
              e,
              "The image of %s is gone from the engine since it was pulled: it is pulled again."
                  .formatted(name));
      case 400 ->
          words.hasAny("no command specified")
              ? failure(
                  IMAGE_INVALID,
                  e,
                  "The image of %s has neither an entry point nor a command: correct the image."
                      .formatted(name))
              : failure(
                  INVALID_SETTING,
                  e,
                  "Docker refuses the settings of %s: check its memory, CPU, port and volume settings."
                      .formatted(name));
      default -> other("create container " + name, e);
    };
  }

  static DeploymentException start(String container, DockerException e) {
    var words = EngineWords.of(e);
    FailureCode told = toldByStart(words);
    return switch (e.getHttpStatus()) {
      case 404, 409 ->
          failure(
              CONTAINER_MISSING,
              e,
              "Container %s, or the network it was made for, is gone: it has to be made again."
                  .formatted(container));
      case 400, 500 ->
          lostOnTheWay(words)
              ? new UnansweredCallException(
                  Failure.of(
                          RUNTIME_UNAVAILABLE,
                          "Docker lost its way to containerd when asked to start container %s."
                              .formatted(container))
                      .with(ENGINE, words.text()),
                  e)
              : startFailure(told, container, e);
      default -> other("start container " + container, e);
    };
  }

  /** Engines tell these causes by their words alone: the status is 500, or 400 with some. */
  private static FailureCode toldByStart(EngineWords words) {
    if (words.hasAny("port is already allocated", "address already in use")) {
      return PORT_CONFLICT;
    }
    if (words.hasAny("oom-killed", "memory limit too low", "cannot allocate memory")) {
      return OUT_OF_MEMORY;
    }
    if (words.hasAny("no space left on device")) {
      return DISK_FULL;
    }
    return words.hasAny(
            "executable file not found",
            "exec format error",
            "no such file or directory",
            "permission denied",
            "is a directory",
            "not a directory",
            "no command specified",
            "unable to find user",
            "invalid argument")
        ? IMAGE_INVALID
        : RUNTIME_UNAVAILABLE;
  }

  /**
   * The daemon does not know itself what has become of the start, and knows even less next time.
   */
  private static boolean lostOnTheWay(EngineWords words) {
    return words.hasAny(
            "containerd.sock", "transport is closing", "ttrpc: closed", "shim is closed")
        || (words.hasAny("already exists") && words.hasAny("task "));
  }

  private static DeploymentException startFailure(
      FailureCode code, String container, DockerException e) {
    return switch (code) {
      case PORT_CONFLICT ->
          failure(
              code,
              e,
              "port already in use: the published port of container %s is taken on the host. Check for conflicting containers, or change docker.publish.port."
                  .formatted(container));
      case OUT_OF_MEMORY ->
          failure(
              code,
              e,
              "out of memory: container %s did not get enough memory to start. Increase its memory limit or free up host memory."
                  .formatted(container));
      case IMAGE_INVALID ->
          failure(
              code,
              e,
              "The image of container %s cannot be started: its entry point is not there or not executable here. Correct the image."
                  .formatted(container));
      default -> other("start container " + container, e);
    };
  }

  /** The container that was named is not there, or goes away. */
  static DeploymentException gone(String container, DockerException e) {
    return failure(
        CONTAINER_MISSING,
        e,
        "Container %s is gone: it has to be made again.".formatted(container));
  }

  static DeploymentException nameTaken(String container, String name, DockerException e) {
    return failure(
        NAME_CONFLICT,
        e,
        "Container %s cannot be named %s: another container has that name. Remove or rename that one."
            .formatted(container, name));
  }

  static DeploymentException volumeInUse(String volume, DockerException e) {
    return failure(
        NAME_CONFLICT,
        e,
        "Volume %s is in use by a container: remove that container first.".formatted(volume));
  }

  /** Whatever else a call may end in. */
  static DeploymentException other(String what, DockerException e) {
    if (EngineWords.of(e).hasAny("no space left on device")) {
      return failure(
          DISK_FULL,
          e,
          "no space left on device: Docker could not %s. Free disk space.".formatted(what));
    }
    String refusal =
        e.getHttpStatus() == 403
            ? "Docker, or the proxy before its socket, does not allow to %s. Allow what docs/docker-endpoints.md lists."
            : "Docker could not %s (status " + e.getHttpStatus() + ").";
    return failure(RUNTIME_UNAVAILABLE, e, refusal.formatted(what));
  }

  private static DeploymentException failure(FailureCode code, DockerException e, String message) {
    String words = EngineWords.of(e).text();
    return new DeploymentException(Failure.of(code, message).with(ENGINE, words), e);
  }
}

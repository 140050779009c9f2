package io.appserver.orchestrator.runtime.docker;

import static io.appserver.orchestrator.failure.FailureCode.CONTAINER_MISSING;
import static io.appserver.orchestrator.failure.FailureCode.DISK_FULL;
import static io.appserver.orchestrator.failure.FailureCode.ENDPOINT_STALE;
import static io.appserver.orchestrator.failure.FailureCode.ENGINE_ERROR;
import static io.appserver.orchestrator.failure.FailureCode.IMAGE_INVALID;
import static io.appserver.orchestrator.failure.FailureCode.INVALID_SETTING;
import static io.appserver.orchestrator.failure.FailureCode.NO_ADDRESS;
import static io.appserver.orchestrator.failure.FailureCode.OUT_OF_MEMORY;
import static io.appserver.orchestrator.failure.FailureCode.PORT_CONFLICT;

import com.github.dockerjava.api.exception.DockerException;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;

/**
 * The part of {@link DockerFailures} that is about starts. Engines tell most causes by their words
 * alone: the status is 500, or 400 or 403 with some.
 */
final class StartFailures {

  private StartFailures() {}

  static DeploymentException of(String container, DockerException e) {
    if (e.getHttpStatus() == 404 || e.getHttpStatus() == 409) {
      return DockerFailures.failure(
          CONTAINER_MISSING,
          e,
          "Container %s, or the network it was made for, is gone: it has to be made again."
              .formatted(container));
    }
    var words = EngineWords.of(e);
    if (lostOnTheWay(words)) {
      return new UnansweredCallException(
          DockerFailures.failure(
                  ENGINE_ERROR,
                  e,
                  "Docker lost its way to containerd when asked to start container %s."
                      .formatted(container))
              .failure(),
          e);
    }
    return told(toldBy(words), container, e);
  }

  private static FailureCode toldBy(EngineWords words) {
    if (words.hasAny("port is already allocated", "address already in use")) {
      return PORT_CONFLICT;
    }
    if (words.hasAny("endpoint with name") && words.hasAny("already exists")) {
      return ENDPOINT_STALE;
    }
    if (DockerFailures.lacksAddress(words)) {
      return NO_ADDRESS;
    }
    if (words.hasAny("oom-killed", "memory limit too low", "cannot allocate memory")) {
      return OUT_OF_MEMORY;
    }
    if (words.hasAny("no space left on device")) {
      return DISK_FULL;
    }
    if (hasBadMount(words)) {
      return INVALID_SETTING;
    }
    return isOfTheImage(words) ? IMAGE_INVALID : ENGINE_ERROR;
  }

  /** A volume lies where none can, or over a file that the start needs. */
  private static boolean hasBadMount(EngineWords words) {
    return words.hasAny("error mounting", "cannot be mounted", "error reopening")
        || (words.hasAny("is a directory") && !isAboutExec(words));
  }

  /** Network and control groups are missing files and rights too, and not by the image's fault. */
  private static boolean isOfTheImage(EngineWords words) {
    return words.hasAny(
            "executable file not found",
            "exec format error",
            "no command specified",
            "unable to find user",
            "chdir to cwd")
        || (isAboutExec(words)
            && words.hasAny(
                "no such file or directory",
                "permission denied",
                "is a directory",
                "not a directory",
                "invalid argument"));
  }

  private static boolean isAboutExec(EngineWords words) {
    return words.hasAny("exec:", "exec /", "exec \"");
  }

  /**
   * The daemon does not know itself what has become of the start, and knows even less next time.
   */
  private static boolean lostOnTheWay(EngineWords words) {
    return words.hasAny(
            "containerd.sock", "transport is closing", "ttrpc: closed", "shim is closed")
        || (words.hasAny("already exists") && words.hasAny("task "));
  }

  private static DeploymentException told(FailureCode code, String container, DockerException e) {
    String message =
        switch (code) {
          case PORT_CONFLICT ->
              "port already in use: the published port of container %s is taken on the host. Check"
                  + " for conflicting containers, or change docker.publish.port.";
          case OUT_OF_MEMORY ->
              "out of memory: container %s did not get enough memory to start. Increase its memory"
                  + " limit or free up host memory.";
          case ENDPOINT_STALE ->
              "The network still has an endpoint of an earlier container of the same name, so"
                  + " container %s cannot join it. Disconnect that endpoint, or restart Docker.";
          case NO_ADDRESS ->
              "The network has no free address for container %s. Remove containers from it, or make"
                  + " it anew with a larger subnet.";
          case INVALID_SETTING ->
              "The volume of container %s cannot be mounted where docker.volume.path says. Choose a"
                  + " path of its own.";
          case IMAGE_INVALID ->
              EngineWords.of(e).hasAny("exec format error")
                  ? "The image of container %s is not built for this engine's processor, or its"
                      + " entry point has no first line that names a shell. Build it for this"
                      + " platform."
                  : "The image of container %s cannot be started: its entry point is not there or"
                      + " not executable here. Correct the image.";
          default -> "";
        };
    return message.isEmpty()
        ? DockerFailures.other("start container " + container, e)
        : DockerFailures.failure(code, e, message.formatted(container));
  }
}

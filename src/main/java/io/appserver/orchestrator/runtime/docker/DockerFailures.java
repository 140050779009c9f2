package io.appserver.orchestrator.runtime.docker;

import static io.appserver.orchestrator.failure.FailureCode.CONTAINER_MISSING;
import static io.appserver.orchestrator.failure.FailureCode.DISK_FULL;
import static io.appserver.orchestrator.failure.FailureCode.ENGINE_BUSY;
import static io.appserver.orchestrator.failure.FailureCode.ENGINE_ERROR;
import static io.appserver.orchestrator.failure.FailureCode.IMAGE_INVALID;
import static io.appserver.orchestrator.failure.FailureCode.INVALID_SETTING;
import static io.appserver.orchestrator.failure.FailureCode.NAME_CONFLICT;
import static io.appserver.orchestrator.failure.FailureCode.NO_ADDRESS;
import static io.appserver.orchestrator.failure.FailureCode.PULL_CORRUPT;
import static io.appserver.orchestrator.failure.FailureCode.RUNTIME_UNAVAILABLE;

import com.github.dockerjava.api.exception.DockerException;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.ContainerSpec;
import org.jspecify.annotations.Nullable;

/**
 * The one place, with {@link PullFailures} for pulls and {@link StartFailures} for starts, where
 * what the engine says becomes a {@link Failure}: by HTTP status first, by its words only where one
 * status stands for several causes. The words of the deployment guide's troubleshooting stand in
 * the messages, the engine's own after them and in the detail {@value #ENGINE}.
 *
 * <p>What the engine answers is a failure of the app that it was asked for. Only that it does not
 * answer is {@code runtime_unavailable}; that it was not asked for want of a place is {@code
 * engine_busy}, and says nothing of it.
 */
final class DockerFailures {

  static final String ENGINE = "engine";

  private DockerFailures() {}

  /** Nothing was begun: the engine did not answer, or there was nothing to ask it with. */
  static UnreachableException unreachable(
      String address, String what, EngineWords how, @Nullable Throwable cause) {
    if (cause instanceof NoAnswerException noAnswer && !noAnswer.mayHaveBeenSent()) {
      return new UnreachableException(
          Failure.of(
              ENGINE_BUSY,
              "As many calls as may be made at once to the Docker daemon at %s are under way, so it was not asked to %s yet: %s. It is asked again."
                  .formatted(address, what, how)),
          cause);
    }
    return new UnreachableException(
        Failure.of(
                RUNTIME_UNAVAILABLE,
                "Cannot connect to Docker daemon at %s, so it could not %s: %s. Check that Docker runs and that its socket is mounted and accessible."
                    .formatted(address, what, how))
            .with(ENGINE, how.text()),
        cause,
        cause instanceof NoAnswerException noAnswer && noAnswer.isLate());
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
    if (e.getHttpStatus() == 404 && words.hasAny("image")) {
      return failure(
          PULL_CORRUPT,
          e,
          "The image of %s is gone from the engine since it was pulled: it is pulled again."
              .formatted(name));
    }
    if (e.getHttpStatus() != 400) {
      return other("create container " + name, e);
    }
    return words.hasAny("no command specified")
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
  }

  /** The container is made anew without one. */
  static DeploymentException withoutInit(String container, DockerException e) {
    return failure(
        ENGINE_ERROR,
        e,
        "Container %s was made with the engine's init (docker-init), which is not there any more: the next one is made without."
            .formatted(container));
  }

  static DeploymentException start(String container, DockerException e) {
    return StartFailures.of(container, e);
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

  /** Whatever else a call may end in: an error that is told with the engine's own words. */
  static DeploymentException other(String what, DockerException e) {
    var words = EngineWords.of(e);
    if (isFromGateway(e)) {
      return new UnreachableException(
          Failure.of(
                  RUNTIME_UNAVAILABLE,
                  "The proxy before the Docker daemon did not get an answer from it when asked to %s: %s."
                      .formatted(what, words))
              .with(ENGINE, words.text()),
          e);
    }
    if (words.hasAny("no space left on device")) {
      return failure(
          DISK_FULL,
          e,
          "no space left on device: Docker could not %s. Free disk space.".formatted(what));
    }
    if (lacksAddress(words)) {
      return failure(
          NO_ADDRESS,
          e,
          "There is no free address, so Docker could not %s. Remove networks or containers that nobody needs."
              .formatted(what));
    }
    String refusal =
        e.getHttpStatus() == 403
            ? "Docker, or the proxy before its socket, does not allow to %s. Allow what"
                + " docs/docker-endpoints.md lists."
            : "Docker could not %s (status " + e.getHttpStatus() + ").";
    return failure(ENGINE_ERROR, e, refusal.formatted(what));
  }

  /** Of a network's addresses, its bridge's ports, or the subnets for networks. */
  static boolean lacksAddress(EngineWords words) {
    return words.hasAny(
        "no available ipv4 addresses",
        "no available ipv6 addresses",
        "no available addresses",
        "could not find an available",
        "address pools have been fully subnetted",
        "exchange full"); // what Linux says of a bridge with 1,023 ports
  }

  /**
   * Whether a proxy answers in place of an engine that does not: by a page, as engines answer JSON,
   * even where they say themselves that something is unavailable.
   */
  private static boolean isFromGateway(DockerException e) {
    return gatewayGaveUp(e) || (e.getHttpStatus() == 503 && EngineWords.of(e).page());
  }

  /** With the engine's words at the end of the message, and in the details. */
  static DeploymentException failure(FailureCode code, DockerException e, String message) {
    String words = EngineWords.of(e).text();
    String told = words.isEmpty() ? message : "%s Docker says: %s".formatted(message, words);
    return new DeploymentException(Failure.of(code, told).with(ENGINE, words), e);
  }
}

package io.appserver.orchestrator.container.docker;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import io.appserver.orchestrator.container.ContainerId;
import io.appserver.orchestrator.deployment.DeploymentException;
import io.appserver.orchestrator.deployment.FailureCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Runs a HEALTHCHECK's test in a container, as the engine would. */
final class ContainerExec {

  /** What {@code timeout(1)} ends with. */
  private static final int TOOK_TOO_LONG = 124;

  /** What a shell ends with if there is no such command. */
  private static final int NOT_FOUND = 127;

  private static final Duration BEAT = Duration.ofMillis(5);

  private final EngineCalls calls;

  ContainerExec(EngineCalls calls) {
    this.calls = calls;
  }

  int run(ContainerId id, List<String> test, Duration timeout) {
    String what = "run the health check of container " + id.abbreviated();
    var deadline = Deadline.in(timeout);
    try {
      String run =
          calls.read(
              what,
              client ->
                  client
                      .execCreateCmd(id.value())
                      .withCmd(command(test))
                      .withAttachStdout(true)
                      .withAttachStderr(true)
                      .exec()
                      .getId());
      boolean ended =
          calls.<Frame>stream(
              what, deadline.left(), client -> client.execStartCmd(run), output -> {});
      return ended ? exitCode(what, run, deadline) : TOOK_TOO_LONG;
    } catch (BadRequestException e) {
      return NOT_FOUND;
    } catch (NotFoundException e) {
      throw DockerFailures.gone(id.abbreviated(), e);
    } catch (ConflictException e) {
      throw new DeploymentException(
          FailureCode.EXITED, "Container %s does not run any more.".formatted(id.abbreviated()));
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  /** The exit code comes a moment after the end of the output. */
  private int exitCode(String what, String run, Deadline deadline) {
    while (true) {
      Long code = calls.read(what, client -> client.inspectExecCmd(run).exec().getExitCodeLong());
      if (code != null) {
        return code.intValue();
      }
      if (deadline.passed()) {
        return TOOK_TOO_LONG;
      }
      LockSupport.parkNanos(BEAT.toNanos());
    }
  }

  private static String[] command(List<String> test) {
    List<String> arguments = test.subList(1, test.size());
    return switch (test.getFirst()) {
      case "CMD" -> arguments.toArray(String[]::new);
      case "CMD-SHELL" -> new String[] {"/bin/sh", "-c", String.join(" ", arguments)};
      default -> throw new IllegalArgumentException("no health check test: " + test.getFirst());
    };
  }
}

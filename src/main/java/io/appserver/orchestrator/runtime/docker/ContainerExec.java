package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HealthCheck;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.docker.DockerConnection.Use;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs a HEALTHCHECK's test in a container, as the engine would. */
final class ContainerExec {

  private static final Logger LOG = Logger.getLogger(ContainerExec.class.getName());

  /** What {@code timeout(1)} ends with. */
  private static final int TOOK_TOO_LONG = 124;

  /** What a shell ends with if there is no such command. */
  private static final int NOT_FOUND = 127;

  private static final Duration BEAT = Duration.ofMillis(5);

  /** Stands in the environment of each test and of all that it starts, to find them by. */
  private static final String MARK = "ORCHESTRATOR_HEALTH_CHECK=";

  private static final String END_ALL_MARKED =
      """
      for file in $(grep -ls "$0" /proc/[0-9]*/environ)
      do process=${file#/proc/}; kill -9 "${process%/environ}"
      done
      """;

  private static final Duration LONGEST_ENDING = Duration.ofSeconds(1);

  private final EngineCalls calls;

  ContainerExec(EngineCalls calls) {
    this.calls = calls;
  }

  int run(ContainerId id, List<String> test, Duration timeout) {
    String what = "run the health check of container " + id.abbreviated();
    String mark = MARK + UUID.randomUUID();
    try {
      OptionalInt code = runMarked(what, id, mark, test, longer(timeout, ownTimeout(what, id)));
      if (code.isEmpty()) {
        end(id, mark);
      }
      return code.orElse(TOOK_TOO_LONG);
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

  /**
   * Waits for its turn for as long as the test may take, which then has all of that time.
   *
   * @return nothing if it took longer
   */
  private OptionalInt runMarked(
      String what, ContainerId id, String mark, List<String> test, Duration limit) {
    try (var link = calls.openPinged(Use.TESTS, what, limit)) {
      var deadline = Deadline.in(limit);
      String run = create(what, id, mark, command(test));
      return start(link, what, run, deadline.left())
          ? exitCode(what, run, deadline)
          : OptionalInt.empty();
    }
  }

  /** How long the engine gives the test; none if the container has no check. */
  private Duration ownTimeout(String what, ContainerId id) {
    return calls.read(
        what,
        client ->
            EngineAnswers.check(client.inspectContainerCmd(id.value()).exec().getConfig())
                .map(HealthCheck::getTimeout)
                .map(Duration::ofNanos)
                .orElse(Duration.ZERO));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private String create(String what, ContainerId id, String mark, String... command) {
    return calls.read(
        what,
        client ->
            client
                .execCreateCmd(id.value())
                .withCmd(command)
                .withEnv(List.of(mark))
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId());
  }

  private boolean start(DockerConnection.Link link, String what, String run, Duration limit) {
    return calls.<Frame>stream(link, what, limit, client -> client.execStartCmd(run), output -> {});
  }

  /**
   * Ends a test that took too long. The engine has no call for that, so it takes the image's own
   * shell and grep; without these the test goes on until it ends by itself.
   */
  private void end(ContainerId id, String mark) {
    String what = "end the health check of container " + id.abbreviated();
    try (var link = calls.openPinged(Use.TESTS, what, LONGEST_ENDING)) {
      String run = create(what, id, MARK, "/bin/sh", "-c", END_ALL_MARKED, mark);
      start(link, what, run, LONGEST_ENDING);
    } catch (DockerException | DeploymentException e) {
      LOG.log(Level.FINE, e, () -> "Could not " + what);
    }
  }

  /** The exit code comes a moment after the end of the output. */
  private OptionalInt exitCode(String what, String run, Deadline deadline) {
    while (true) {
      Long code = calls.read(what, client -> client.inspectExecCmd(run).exec().getExitCodeLong());
      if (code != null) {
        return OptionalInt.of(code.intValue());
      }
      if (deadline.passed()) {
        return OptionalInt.empty();
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

package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.appserver.orchestrator.app.ContainerId;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Removes containers, and waits for it where somebody else is at it. */
final class ContainerRemoval {

  private static final Duration BEAT = Duration.ofMillis(50);

  private final EngineCalls calls;
  private final DockerRuntimeView view;

  ContainerRemoval(EngineCalls calls, DockerRuntimeView view) {
    this.calls = calls;
    this.view = view;
  }

  void remove(ContainerId id) {
    String what = "remove container " + id.abbreviated();
    Duration limit = calls.deadlines().changing();
    var deadline = Deadline.in(limit);
    try {
      Lookup.done(
          limit,
          () ->
              calls.change(
                  what,
                  limit,
                  client -> client.removeContainerCmd(id.value()).withForce(true).exec()),
          () -> view.inspect(id).isEmpty());
    } catch (NotFoundException e) {
      return; // already gone
    } catch (ConflictException e) {
      awaitRemoval(what, id, deadline, e); // somebody else is at it
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  private void awaitRemoval(
      String what, ContainerId id, Deadline deadline, ConflictException inProgress) {
    while (view.inspect(id).isPresent()) {
      if (deadline.passed()) {
        throw DockerFailures.other(what, inProgress);
      }
      LockSupport.parkNanos(BEAT.toNanos());
    }
  }
}

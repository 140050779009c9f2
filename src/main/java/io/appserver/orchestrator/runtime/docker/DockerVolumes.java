package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.time.Duration;
import java.util.Map;

/** Volumes by name. */
final class DockerVolumes {

  private final EngineCalls calls;
  private final DockerRuntimeView view;

  DockerVolumes(EngineCalls calls, DockerRuntimeView view) {
    this.calls = calls;
    this.view = view;
  }

  boolean ensure(String name, Map<String, String> labels) {
    String what = "create volume " + name;
    if (view.volume(name).isPresent()) {
      return false;
    }
    try {
      return Lookup.changed(
          limit(),
          () -> {
            calls.change(
                what,
                limit(),
                client -> client.createVolumeCmd().withName(name).withLabels(labels).exec());
            return true;
          },
          () -> view.volume(name).map(labels::equals));
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  void remove(String name) {
    String what = "remove volume " + name;
    try {
      Lookup.done(
          limit(),
          () -> calls.change(what, limit(), client -> client.removeVolumeCmd(name).exec()),
          () -> view.volume(name).isEmpty());
    } catch (NotFoundException e) {
      return; // already gone
    } catch (ConflictException e) {
      throw DockerFailures.volumeInUse(name, e);
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  private Duration limit() {
    return calls.deadlines().changing();
  }
}

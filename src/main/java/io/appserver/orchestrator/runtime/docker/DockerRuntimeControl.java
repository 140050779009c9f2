package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.call.CallBudget;
import io.appserver.orchestrator.runtime.call.CallGuard;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Changes what Docker runs.
 *
 * <p>Each call has a limit of its own ({@link EngineDeadlines}), and what became of one without an
 * answer is looked up ({@link Lookup}). Pulls, starts and stops are made again where that is safe,
 * and have a longer limit beside that ({@link CallGuard}).
 */
@Singleton
public class DockerRuntimeControl implements RuntimeControl {

  private final CallGuard guard;
  private final EngineCalls calls;
  private final PullCoordinator pulls;
  private final DockerRuntimeView view;
  private final DockerNetworks networks;
  private final DockerVolumes volumes;
  private final InitProcess init;
  private final ContainerCreation creation;
  private final ContainerRemoval removal;
  private final Settings.Timeouts timeouts;

  @Inject
  DockerRuntimeControl(
      CallGuard guard,
      EngineCalls calls,
      PullCoordinator pulls,
      DockerRuntimeView view,
      Settings settings) {
    this.guard = guard;
    this.calls = calls;
    this.pulls = pulls;
    this.view = view;
    this.networks = view.ownNetworks();
    this.volumes = new DockerVolumes(calls, view);
    this.init = new InitProcess(calls);
    this.creation = new ContainerCreation(calls, view, networks, init);
    this.removal = new ContainerRemoval(calls, view);
    this.timeouts = settings.timeouts();
  }

  @Override
  public Image pull(ImageReference reference, Cancellation cancellation) {
    return guard.pull(
        reference,
        () -> {
          pulls.pull(reference, cancellation);
          return view.image(reference.toString())
              .orElseThrow(() -> PullFailures.brokenOff(reference));
        });
  }

  @Override
  public void ensureNetwork(String name, Map<String, String> labels) {
    networks.ensure(name, labels);
  }

  @Override
  public boolean ensureVolume(String name, Map<String, String> labels) {
    return volumes.ensure(name, labels);
  }

  @Override
  public void removeVolume(String name) {
    volumes.remove(name);
  }

  @Override
  public CreateResult create(ContainerSpec spec) {
    return creation.create(spec);
  }

  @Override
  public void start(ContainerId id) {
    String what = "start container " + id.abbreviated();
    guard.start(what, () -> start(id, what));
  }

  private void start(ContainerId id, String what) {
    try {
      change(
          what,
          CallBudget.own(timeouts.start()),
          client -> client.startContainerCmd(id.value()).exec(),
          () -> view.inspect(id).filter(ObservedContainer::running).isPresent());
    } catch (NotModifiedException e) {
      return; // it runs
    } catch (DockerException e) {
      networks.doubt();
      throw init.isMissing(e)
          ? DockerFailures.withoutInit(id.abbreviated(), e)
          : DockerFailures.start(id.abbreviated(), e);
    }
  }

  @Override
  public void terminate(ContainerId id) {
    String what = "stop container " + id.abbreviated();
    guard.stop(what, () -> signal(what, id, () -> view.stopSignal(what, id)));
  }

  @Override
  public void kill(ContainerId id) {
    String what = "kill container " + id.abbreviated();
    guard.stop(what, () -> signal(what, id, () -> "SIGKILL"));
  }

  /**
   * What became of a signal without an answer is not looked up: a container that ended may have
   * done so by itself, and the signal meet its next run.
   */
  private void signal(String what, ContainerId id, Supplier<String> signal) {
    try {
      String name = signal.get();
      calls.change(
          what, longest(), client -> client.killContainerCmd(id.value()).withSignal(name).exec());
    } catch (NotFoundException | ConflictException e) {
      return; // gone, or not running
    } catch (DockerException e) {
      if (!EngineWords.of(e).hasAny("is not running")) {
        throw DockerFailures.other(what, e);
      }
    }
  }

  @Override
  public void remove(ContainerId id) {
    removal.remove(id);
  }

  @Override
  public void rename(ContainerId id, ContainerName name) {
    String what = "rename container %s to %s".formatted(id.abbreviated(), name);
    try {
      change(
          what,
          longest(),
          client -> client.renameContainerCmd(id.value()).withName(name.value()).exec(),
          () -> isNamed(id, name));
    } catch (NotFoundException e) {
      throw DockerFailures.gone(id.abbreviated(), e);
    } catch (DockerException e) {
      if (isNamed(id, name)) {
        return; // it is named so already
      }
      throw e instanceof ConflictException
          ? DockerFailures.nameTaken(id.abbreviated(), name.value(), e)
          : DockerFailures.other(what, e);
    }
  }

  @Override
  public void resume(ContainerId id) {
    String what = "resume container " + id.abbreviated();
    try {
      change(
          what,
          longest(),
          client -> client.unpauseContainerCmd(id.value()).exec(),
          () ->
              view.inspect(id)
                  .filter(container -> container.status() == ObservedContainer.Status.RUNNING)
                  .isPresent());
    } catch (NotFoundException e) {
      throw DockerFailures.gone(id.abbreviated(), e);
    } catch (DockerException e) {
      if (!EngineWords.of(e).hasAny("is not paused")) {
        throw DockerFailures.other(what, e);
      }
    }
  }

  @Override
  public void reconnect(ContainerId id) {
    networks.reconnect(id);
  }

  private boolean isNamed(ContainerId id, ContainerName name) {
    return view.inspect(id).map(ObservedContainer::name).filter(name::equals).isPresent();
  }

  private void change(
      String what, Duration limit, EngineCalls.Call<?> call, BooleanSupplier effectIsThere) {
    Lookup.done(limit, () -> calls.change(what, limit, call), effectIsThere);
  }

  private Duration longest() {
    return calls.deadlines().changing();
  }
}

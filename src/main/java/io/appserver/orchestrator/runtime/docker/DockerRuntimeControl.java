package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.HealthCheck;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.ContainerId;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.ContainerSpec;
import io.appserver.orchestrator.runtime.CreateResult;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeControl;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * Changes what Docker runs.
 *
 * <p>Where it is safe, a call is made again at once: {@link UnreachableException} says that nothing
 * was begun. Each call has a limit of its own ({@link EngineDeadlines}), and what became of one
 * without an answer is looked up ({@link Lookup}); the interceptors' time-outs are longer, the last
 * resort. Those of pull and start are replaced by the operator's at deployment.
 */
@ApplicationScoped
public class DockerRuntimeControl implements RuntimeControl {

  private static final Duration BEAT = Duration.ofMillis(50);

  private final EngineCalls calls;
  private final PullCoordinator pulls;
  private final DockerRuntimeView view;
  private final DockerNetworks networks;
  private final InitProcess init;
  private final Settings.Timeouts timeouts;

  @Inject
  DockerRuntimeControl(
      EngineCalls calls, PullCoordinator pulls, DockerRuntimeView view, Settings settings) {
    this.calls = calls;
    this.pulls = pulls;
    this.view = view;
    this.networks = new DockerNetworks(calls);
    this.init = new InitProcess(calls);
    this.timeouts = settings.timeouts();
  }

  /** For the proxies of the container, which never use what is missing. */
  @SuppressWarnings("NullAway")
  protected DockerRuntimeControl() {
    this.calls = null;
    this.pulls = null;
    this.view = null;
    this.networks = null;
    this.init = null;
    this.timeouts = null;
  }

  @Override
  @Retry(
      maxRetries = 3,
      delay = 1,
      delayUnit = ChronoUnit.SECONDS,
      maxDuration = 10,
      durationUnit = ChronoUnit.MINUTES,
      jitter = 500,
      retryOn = UnreachableException.class)
  @Timeout(value = 10, unit = ChronoUnit.MINUTES)
  public Image pull(ImageReference reference, Cancellation cancellation) {
    pulls.pull(reference, cancellation);
    return view.image(reference.toString()).orElseThrow(() -> PullFailures.brokenOff(reference));
  }

  @Override
  public void ensureNetwork(String name, Map<String, String> labels) {
    networks.ensure(name, labels);
  }

  @Override
  public boolean ensureVolume(String name, Map<String, String> labels) {
    String what = "create volume " + name;
    if (view.volume(name).isPresent()) {
      return false;
    }
    try {
      return Lookup.changed(
          longest(),
          () -> {
            calls.change(
                what,
                longest(),
                client -> client.createVolumeCmd().withName(name).withLabels(labels).exec());
            return true;
          },
          () -> view.volume(name).map(labels::equals));
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  @Override
  public void removeVolume(String name) {
    String what = "remove volume " + name;
    try {
      change(
          what,
          longest(),
          client -> client.removeVolumeCmd(name).exec(),
          () -> view.volume(name).isEmpty());
    } catch (NotFoundException e) {
      return; // already gone
    } catch (ConflictException e) {
      throw DockerFailures.volumeInUse(name, e);
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  @Override
  public CreateResult create(ContainerSpec spec) {
    String network = networks.id(spec.network());
    Optional<ContainerConfig> image = view.imageConfig(spec.imageId());
    Optional<HealthCheck> checked = image.flatMap(EngineAnswers::check);
    boolean withInit = image.filter(init::isFor).isPresent();
    try {
      ContainerId id =
          Lookup.changed(
              longest(),
              () ->
                  new ContainerId(
                      calls.change(
                          "create container " + spec.name(),
                          longest(),
                          client ->
                              ContainerCreation.command(client, spec, network, checked, withInit)
                                  .exec()
                                  .getId())),
              () -> made(spec));
      return new CreateResult.Created(id);
    } catch (ConflictException e) {
      return new CreateResult.NameTaken();
    } catch (DockerException e) {
      throw DockerFailures.create(spec, e);
    }
  }

  /** The container that this very request made: no other lease's has the same fence. */
  private Optional<ContainerId> made(ContainerSpec spec) {
    return view.inspect(spec.name())
        .filter(container ->
            ContainerLabels.read(container.labels()).filter(spec.labels()::equals).isPresent())
        .map(ObservedContainer::id);
  }

  @Override
  @Retry(
      maxRetries = 2,
      delay = 200,
      jitter = 100,
      maxDuration = 1000,
      retryOn = UnreachableException.class)
  @Timeout(value = 10, unit = ChronoUnit.MINUTES)
  public void start(ContainerId id) {
    try {
      change(
          "start container " + id.abbreviated(),
          PullCoordinator.own(timeouts.start()),
          client -> client.startContainerCmd(id.value()).exec(),
          () -> view.inspect(id).filter(ObservedContainer::running).isPresent());
    } catch (NotModifiedException e) {
      return; // it runs
    } catch (DockerException e) {
      throw init.isMissing(e)
          ? DockerFailures.withoutInit(id.abbreviated(), e)
          : DockerFailures.start(id.abbreviated(), e);
    }
  }

  @Override
  @Retry(
      maxRetries = 2,
      delay = 200,
      jitter = 100,
      maxDuration = 1000,
      retryOn = UnreachableException.class)
  @Timeout(value = 10, unit = ChronoUnit.MINUTES)
  public void terminate(ContainerId id) {
    String what = "stop container " + id.abbreviated();
    signal(
        what,
        id,
        () ->
            calls.read(
                what,
                client -> EngineAnswers.stopSignal(client.inspectContainerCmd(id.value()).exec())));
  }

  @Override
  @Retry(
      maxRetries = 2,
      delay = 200,
      jitter = 100,
      maxDuration = 1000,
      retryOn = UnreachableException.class)
  @Timeout(value = 10, unit = ChronoUnit.MINUTES)
  public void kill(ContainerId id) {
    signal("kill container " + id.abbreviated(), id, () -> "SIGKILL");
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
    String what = "remove container " + id.abbreviated();
    var deadline = Deadline.in(longest());
    try {
      change(
          what,
          longest(),
          client -> client.removeContainerCmd(id.value()).withForce(true).exec(),
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
    String what = "connect container %s to its network".formatted(id.abbreviated());
    try {
      var container = calls.read(what, client -> client.inspectContainerCmd(id.value()).exec());
      calls.change(what, longest(), client -> reconnect(client, id, container));
    } catch (NotFoundException e) {
      throw DockerFailures.gone(id.abbreviated(), e);
    } catch (DockerException e) {
      if (!EngineWords.of(e).hasAny("already exists in network")) {
        throw DockerFailures.other(what, e);
      }
    }
  }

  /** Under the name that it was made with, as {@link ContainerCreation} does. */
  private static boolean reconnect(
      DockerClient client, ContainerId id, InspectContainerResponse container) {
    client
        .connectToNetworkCmd()
        .withContainerId(id.value())
        .withNetworkId(EngineAnswers.network(container))
        .withContainerNetwork(
            new ContainerNetwork().withAliases(EngineAnswers.withoutSlash(container.getName())))
        .exec();
    return true;
  }

  private boolean isNamed(ContainerId id, ContainerName name) {
    return view.inspect(id).map(ObservedContainer::name).filter(name::equals).isPresent();
  }

  private void change(
      String what, Duration limit, EngineCalls.Call<?> call, BooleanSupplier effectIsThere) {
    Lookup.changed(
        limit,
        () -> {
          calls.change(what, limit, call);
          return true;
        },
        () -> Optional.of(true).filter(yes -> effectIsThere.getAsBoolean()));
  }

  private Duration longest() {
    return calls.deadlines().changing();
  }
}

package io.appserver.orchestrator.container.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ContainerNetwork;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.container.Cancellation;
import io.appserver.orchestrator.container.ContainerId;
import io.appserver.orchestrator.container.ContainerName;
import io.appserver.orchestrator.container.ContainerSpec;
import io.appserver.orchestrator.container.CreateResult;
import io.appserver.orchestrator.container.Image;
import io.appserver.orchestrator.container.ImageReference;
import io.appserver.orchestrator.container.ObservedContainer;
import io.appserver.orchestrator.container.RuntimeControl;
import io.appserver.orchestrator.deployment.UnreachableException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.faulttolerance.Retry;
import org.eclipse.microprofile.faulttolerance.Timeout;

/**
 * Changes what Docker runs.
 *
 * <p>Where it is safe, a call is made again at once: {@link UnreachableException} says that nothing
 * was begun. A start or a stop only within its first second, so that all tries together still fit
 * into the lease they are made under. The time-outs that stand here are replaced by the operator's
 * at deployment; each call keeps a shorter one of its own, so that they are the last resort.
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
    try {
      calls.read(what, client -> client.inspectVolumeCmd(name).exec());
      return false;
    } catch (NotFoundException e) {
      change(what, client -> client.createVolumeCmd().withName(name).withLabels(labels).exec());
      return true;
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  @Override
  public void removeVolume(String name) {
    String what = "remove volume " + name;
    try {
      calls.change(what, longest(), client -> client.removeVolumeCmd(name).exec());
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
    boolean checked =
        image.filter(config -> !EngineAnswers.healthcheck(config).isEmpty()).isPresent();
    boolean withInit = image.filter(init::isFor).isPresent();
    try {
      String id =
          calls.change(
              "create container " + spec.name(),
              longest(),
              client ->
                  ContainerCreation.command(client, spec, network, checked, withInit)
                      .exec()
                      .getId());
      return new CreateResult.Created(new ContainerId(id));
    } catch (ConflictException e) {
      return new CreateResult.NameTaken();
    } catch (DockerException e) {
      throw DockerFailures.create(spec, e);
    }
  }

  @Override
  @Retry(
      maxRetries = 2,
      delay = 200,
      jitter = 100,
      maxDuration = 1000,
      retryOn = UnreachableException.class)
  @Timeout(value = 10, unit = ChronoUnit.SECONDS)
  public void start(ContainerId id) {
    try {
      calls.change(
          "start container " + id.abbreviated(),
          within(timeouts.start()),
          client -> client.startContainerCmd(id.value()).exec());
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
  @Timeout(value = 10, unit = ChronoUnit.SECONDS)
  public void terminate(ContainerId id) {
    signal(
        "stop container " + id.abbreviated(),
        client -> {
          String signal = EngineAnswers.stopSignal(client.inspectContainerCmd(id.value()).exec());
          return client.killContainerCmd(id.value()).withSignal(signal).exec();
        });
  }

  @Override
  @Retry(
      maxRetries = 2,
      delay = 200,
      jitter = 100,
      maxDuration = 1000,
      retryOn = UnreachableException.class)
  @Timeout(value = 10, unit = ChronoUnit.SECONDS)
  public void kill(ContainerId id) {
    signal(
        "kill container " + id.abbreviated(),
        client -> client.killContainerCmd(id.value()).withSignal("SIGKILL").exec());
  }

  private void signal(String what, EngineCalls.Call<?> call) {
    try {
      calls.change(what, within(timeouts.stop()), call);
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
      calls.change(
          what, longest(), client -> client.removeContainerCmd(id.value()).withForce(true).exec());
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
      calls.change(
          what,
          longest(),
          client -> client.renameContainerCmd(id.value()).withName(name.value()).exec());
    } catch (NotFoundException e) {
      throw DockerFailures.gone(id.abbreviated(), e);
    } catch (DockerException e) {
      if (view.inspect(id).map(ObservedContainer::name).filter(name::equals).isPresent()) {
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
      calls.change(what, longest(), client -> client.unpauseContainerCmd(id.value()).exec());
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
      calls.change(what, longest(), client -> reconnect(client, id));
    } catch (NotFoundException e) {
      throw DockerFailures.gone(id.abbreviated(), e);
    } catch (DockerException e) {
      if (!EngineWords.of(e).hasAny("already exists in network")) {
        throw DockerFailures.other(what, e);
      }
    }
  }

  /** Under the name that it was made with, as {@link ContainerCreation} does. */
  private static boolean reconnect(DockerClient client, ContainerId id) {
    var container = client.inspectContainerCmd(id.value()).exec();
    client
        .connectToNetworkCmd()
        .withContainerId(id.value())
        .withNetworkId(EngineAnswers.network(container))
        .withContainerNetwork(
            new ContainerNetwork().withAliases(EngineAnswers.withoutSlash(container.getName())))
        .exec();
    return true;
  }

  private void change(String what, EngineCalls.Call<?> call) {
    try {
      calls.change(what, longest(), call);
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  private Duration longest() {
    return calls.deadlines().changing();
  }

  /** The operator's limit where that is the shorter one. */
  private Duration within(Duration limit) {
    Duration own = PullCoordinator.own(limit);
    return own.compareTo(longest()) < 0 ? own : longest();
  }
}

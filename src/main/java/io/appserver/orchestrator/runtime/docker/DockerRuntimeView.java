package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.WaitResponse;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.EngineEvents;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.runtime.EngineNetwork;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.ListedContainer;
import io.appserver.orchestrator.runtime.LogLine;
import io.appserver.orchestrator.runtime.LogStart;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.PullProgress;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.docker.DockerConnection.Use;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What Docker says. */
public final class DockerRuntimeView implements RuntimeView {

  private final EngineCalls calls;
  private final PullCoordinator pulls;
  private final ContainerExec exec;
  private final EventStream watch;
  private final LogStream output;
  private final DockerNetworks networks;
  private final DockerImages images;
  private final StopSignals stopSignals = new StopSignals();

  DockerRuntimeView(EngineCalls calls, PullCoordinator pulls) {
    this.calls = calls;
    this.pulls = pulls;
    this.exec = new ContainerExec(calls);
    this.watch = new EventStream(calls);
    this.output = new LogStream(calls);
    this.networks = new DockerNetworks(calls);
    this.images = new DockerImages(calls);
  }

  @Override
  public void ping() {
    try {
      calls.ping();
    } catch (DockerException e) {
      throw DockerFailures.other("ping", e);
    }
  }

  @Override
  public EngineInfo engine() {
    var version = ask("tell its version", client -> client.versionCmd().exec());
    var info = ask("describe itself", client -> client.infoCmd().exec()); // with its clock: last
    return new EngineInfo(
        EngineAnswers.orEmpty(info.getId()),
        EngineAnswers.orEmpty(info.getName()),
        EngineAnswers.orEmpty(info.getServerVersion()),
        EngineAnswers.orEmpty(version.getApiVersion()),
        EngineAnswers.time(info.getSystemTime()),
        EngineAnswers.orEmpty(info.getDockerRootDir()));
  }

  @Override
  public Optional<ObservedContainer> inspect(ContainerId id) {
    return inspect("container " + id.abbreviated(), id.value());
  }

  /** The engine takes the beginning of an id for a name too, so what it found is compared. */
  @Override
  public Optional<ObservedContainer> inspect(ContainerName name) {
    return inspect("container " + name, name.value())
        .filter(container -> container.name().equals(name));
  }

  /**
   * The signal that the container is to be stopped by, asked for unless it was inspected before.
   *
   * @param what it is asked for, in words
   * @throws DockerException as the engine answers
   */
  String stopSignal(String what, ContainerId id) {
    return stopSignals
        .of(id.value())
        .orElseGet(() ->
            calls.read(
                what,
                client -> EngineAnswers.stopSignal(client.inspectContainerCmd(id.value()).exec())));
  }

  @Override
  public boolean isNetworkKnown(String name) {
    return networks.isKnown(name);
  }

  /** What is known of networks is shared with who makes them. */
  DockerNetworks ownNetworks() {
    return networks;
  }

  private Optional<ObservedContainer> inspect(String what, String idOrName) {
    return ask(
        "inspect " + what,
        client -> {
          try {
            var container = client.inspectContainerCmd(idOrName).exec();
            stopSignals.remember(container);
            return Optional.of(EngineAnswers.container(container));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public List<ObservedContainer> owned(String installation, AppName app) {
    return withLabels(
        Map.of(ContainerLabels.INSTALLATION, installation, ContainerLabels.APP_NAME, app.value()));
  }

  @Override
  public List<ObservedContainer> owned(String installation) {
    return withLabels(Map.of(ContainerLabels.INSTALLATION, installation));
  }

  @Override
  public List<ListedContainer> list(String installation) {
    return listed(Map.of(ContainerLabels.INSTALLATION, installation)).stream()
        .map(EngineAnswers::listed)
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public void follow(EngineEvents listener, Cancellation cancellation) {
    watch.follow(listener, cancellation);
  }

  /**
   * Lists, then inspects each, a millisecond apiece: a list says neither how a container ended nor
   * when it started.
   */
  private List<ObservedContainer> withLabels(Map<String, String> labels) {
    return listed(labels).stream()
        .map(container -> inspect(new ContainerId(container.getId())))
        .flatMap(Optional::stream)
        .toList();
  }

  private List<Container> listed(Map<String, String> labels) {
    return ask(
        "list containers",
        client -> client.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec());
  }

  @Override
  public Optional<Image> image(String idOrReference) {
    return images.image(idOrReference);
  }

  /** What is known of images is shared with who makes containers of them. */
  DockerImages ownImages() {
    return images;
  }

  @Override
  public String logs(ContainerId id, int lines) {
    var logs = new ContainerLogs();
    String what = "read the log of container " + id.abbreviated();
    try (var link = calls.openPinged(Use.CALLS, what, calls.deadlines().reading())) {
      calls.<Frame>stream(
          link,
          what,
          calls.deadlines().reading(),
          client ->
              client.logContainerCmd(id.value()).withStdOut(true).withStdErr(true).withTail(lines),
          logs::add);
    } catch (NotFoundException e) {
      return "";
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
    return logs.text();
  }

  @Override
  public void followLogs(
      ContainerId id, LogStart start, Consumer<LogLine> listener, Cancellation cancellation) {
    output.follow(id, start, listener, cancellation);
  }

  @Override
  public Optional<Map<String, String>> volume(String name) {
    return ask(
        "inspect volume " + name,
        client -> {
          try {
            Map<String, String> labels = client.inspectVolumeCmd(name).exec().getLabels();
            return Optional.of(labels == null ? Map.of() : Map.copyOf(labels));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public boolean awaitExit(ContainerId id, Duration timeout) {
    var exited = new AtomicBoolean();
    String what = "wait for container " + id.abbreviated();
    try (var link = calls.openPinged(Use.ENDS, what, timeout)) {
      boolean ended =
          calls.<WaitResponse>stream(
              link,
              what,
              timeout,
              client -> client.waitContainerCmd(id.value()),
              exit -> exited.set(true));
      if (ended && !exited.get()) {
        throw DockerFailures.unreachable(
            calls.address(), what, new EngineWords("it ended the wait without a result"), null);
      }
      return ended;
    } catch (NotFoundException e) {
      return true;
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }

  @Override
  public int execute(ContainerId id, List<String> test, Duration timeout) {
    return exec.run(id, test, timeout);
  }

  @Override
  public List<EngineNetwork> networks(String name) {
    return networks.named(name).stream()
        .map(network ->
            new EngineNetwork(
                network.getId(),
                EngineAnswers.orEmpty(network.getDriver()),
                attached(network),
                DockerNetworks.subnets(network)))
        .toList();
  }

  private int attached(Network network) {
    return ask(
        "list containers",
        client ->
            client
                .listContainersCmd()
                .withShowAll(true)
                .withNetworkFilter(List.of(network.getId()))
                .exec()
                .size());
  }

  @Override
  public Optional<PullProgress> pullProgress(ImageReference reference) {
    return pulls.progress(reference);
  }

  private <T extends @Nullable Object> T ask(String what, EngineCalls.Call<T> question) {
    try {
      return calls.read(what, question);
    } catch (DockerException e) {
      throw DockerFailures.other(what, e);
    }
  }
}

package io.appserver.orchestrator.e2e.support;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the real engine says, whatever the orchestrator says. */
public final class Engine implements AutoCloseable {

  private static final String INSTALLATION_LABEL = "io.appserver.orchestrator.installation";

  private static final long ANSWER_TIMEOUT_SECONDS = Patience.CONDITION.toSeconds();

  private final DockerClient docker;

  public Engine(Services services) {
    var config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost("unix://" + services.engineSocket())
            .withDockerTlsVerify(false)
            .build();
    var transport =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .maxConnections(64)
            .build();
    docker = DockerClientImpl.getInstance(config, transport);
  }

  /** What a command inside a container came to. */
  public record Execution(long exitCode, String output) {}

  /** For what is not asked here. */
  public DockerClient client() {
    return docker;
  }

  /** The container of that exact name or id. */
  public Optional<InspectContainerResponse> container(String nameOrId) {
    try {
      return Optional.of(docker.inspectContainerCmd(nameOrId).exec());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  public boolean exists(String nameOrId) {
    return container(nameOrId).isPresent();
  }

  /** All containers made under that installation id, running or not. */
  public List<Container> containersOf(String installation) {
    return docker
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of(INSTALLATION_LABEL, installation))
        .exec();
  }

  /** All containers made for the app, whatever their names, running or not. */
  public List<Container> containersOf(App app) {
    return docker
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of("io.appserver.orchestrator.app-name", app.name()))
        .exec();
  }

  /** The environment the container was created with, its image's own included. */
  public Map<String, String> environment(String container) {
    var environment = new TreeMap<String, String>();
    Optional.ofNullable(container(container).orElseThrow().getConfig().getEnv()).stream()
        .flatMap(Arrays::stream)
        .map(line -> line.split("=", 2))
        .forEach(pair -> environment.put(pair[0], pair[1]));
    return environment;
  }

  /** The networks the container is in. */
  public Map<String, ContainerNetwork> networks(String container) {
    return container(container).orElseThrow().getNetworkSettings().getNetworks();
  }

  /** The names of the containers with an endpoint in the network. */
  public List<String> endpoints(String network) {
    return docker
        .inspectNetworkCmd()
        .withNetworkId(network)
        .exec()
        .getContainers()
        .values()
        .stream()
        .map(endpoint -> String.valueOf(endpoint.getName()))
        .toList();
  }

  /** The labels of the volume, if there is one of that name. */
  public Optional<Map<String, String>> volume(String name) {
    try {
      Map<String, String> labels = docker.inspectVolumeCmd(name).exec().getLabels();
      return Optional.of(labels == null ? Map.of() : labels);
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /** Runs a command inside the container. */
  public Execution execute(String container, String... command) {
    String id =
        docker
            .execCreateCmd(container)
            .withCmd(command)
            .withAttachStdout(true)
            .withAttachStderr(true)
            .exec()
            .getId();
    var output = new Collector<Frame>();
    finish(docker.execStartCmd(id).exec(output));
    Long code = docker.inspectExecCmd(id).exec().getExitCodeLong();
    return new Execution(code == null ? -1 : code, text(output));
  }

  /** What the container said last. */
  public String lastLog(String container, int lines) {
    try {
      var output = new Collector<Frame>();
      finish(
          docker
              .logContainerCmd(container)
              .withStdOut(true)
              .withStdErr(true)
              .withTail(lines)
              .exec(output));
      return text(output);
    } catch (NotFoundException | ConflictException e) { // gone, or about to be
      return "(no container " + container + ")";
    }
  }

  /** The engine's events about containers of that name since then, oldest first. */
  public List<Event> events(String container, Instant since) {
    var events = new Collector<Event>();
    finish(
        docker
            .eventsCmd()
            .withSince("%d.%09d".formatted(since.getEpochSecond(), since.getNano()))
            .withUntil(Long.toString(Instant.now().getEpochSecond() + 1))
            .withContainerFilter(container)
            .exec(events));
    return List.copyOf(events.items);
  }

  /** How many containers of that name were created since then. */
  public long created(String container, Instant since) {
    return events(container, since).stream()
        .filter(event -> "create".equals(event.getAction()))
        .count();
  }

  /** Removes the container at once, as a person with {@code docker rm -f} does. */
  public void remove(String nameOrId) {
    try {
      docker.removeContainerCmd(nameOrId).withForce(true).exec();
    } catch (NotFoundException e) {
      // Gone already, and that is what was wanted.
    }
  }

  /** Removes what an installation left: containers, volumes, and the images of its apps. */
  public void removeAll(String installation, Stream<String> images) {
    containersOf(installation).parallelStream().forEach(container -> remove(container.getId()));
    docker
        .listVolumesCmd()
        .withFilter("label", List.of(INSTALLATION_LABEL + "=" + installation))
        .exec()
        .getVolumes()
        .forEach(volume -> docker.removeVolumeCmd(volume.getName()).exec());
    images.forEach(this::removeImage);
  }

  /** Removes the images that nothing uses whose references begin so. */
  public void removeImages(String prefix) {
    docker.listImagesCmd().exec().stream()
        .flatMap(image -> Arrays.stream(image.getRepoTags()))
        .filter(reference -> reference.startsWith(prefix))
        .forEach(this::removeImage);
  }

  private void removeImage(String reference) {
    try {
      docker.removeImageCmd(reference).exec();
    } catch (NotFoundException e) {
      // It was never pulled.
    }
  }

  private static void finish(ResultCallback.Adapter<?> callback) {
    try (callback) {
      if (!callback.awaitCompletion(ANSWER_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the engine did not finish its answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Collector<Frame> output) {
    var text = new StringBuilder();
    output.items.forEach(
        frame -> text.append(new String(frame.getPayload(), StandardCharsets.UTF_8)));
    return text.toString();
  }

  private static final class Collector<T> extends ResultCallback.Adapter<T> {
    private final ConcurrentLinkedQueue<T> items = new ConcurrentLinkedQueue<>();

    @Override
    public void onNext(T item) {
      items.add(item);
    }
  }

  @Override
  public void close() {
    try {
      docker.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

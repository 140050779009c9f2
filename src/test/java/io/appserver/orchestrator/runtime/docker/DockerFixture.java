package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeFixture;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.probe.NetworkHealthProbe;
import io.appserver.orchestrator.testing.Command;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The adapter before the real engine and the real registry of {@code script/services}. */
public final class DockerFixture extends RuntimeFixture {

  /** Building an image of a few layers takes seconds; several tests may ask at once. */
  private final Services services = Services.fromEnvironment();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<List<String>, ImageReference> offered = new ConcurrentHashMap<>();
  private final DockerRuntime runtime = connect(registry(services.registryLogin().password()));

  /** The adapter with other credentials or another registry. */
  DockerRuntime connect(Settings.Registry registry) {
    return connect(registry, Duration.ofMinutes(2), EngineDeadlines.STANDARD);
  }

  DockerRuntime connect(
      Settings.Registry registry, Duration pullTimeout, EngineDeadlines deadlines) {
    return DockerRuntime.connect(
        TestSettings.of("unix://" + services.engineSocket(), registry, pullTimeout),
        threads,
        deadlines);
  }

  Settings.Registry registry(String password) {
    return new Settings.Registry(
        services.registry().getAuthority(),
        Optional.of(services.registryLogin().user()),
        new Secret(password));
  }

  @Override
  public RuntimeView view() {
    return runtime.view();
  }

  @Override
  public RuntimeControl control() {
    return runtime.control();
  }

  @Override
  public ImageReference offer(String image, String... arguments) {
    var key = new ArrayList<>(List.of(image));
    key.addAll(List.of(arguments));
    return offered.computeIfAbsent(key, all -> push("contract/%s-%s".formatted(run(), image), all));
  }

  @Override
  public ImageReference offer(AppName app, String image) {
    return offered.computeIfAbsent(
        List.of(app.value(), image), key -> push(app.value(), List.of(image)));
  }

  private ImageReference push(String repository, List<String> imageAndArguments) {
    var checkout = Path.of(System.getProperty("orchestrator.basedir", "")).toAbsolutePath();
    var command = new ArrayList<String>();
    command.add(checkout.resolve("script/images").toString());
    command.add("push");
    command.add(imageAndArguments.getFirst());
    command.add(repository + ":latest");
    command.addAll(imageAndArguments.subList(1, imageAndArguments.size()));
    Command.run(command.toArray(String[]::new));
    return new ImageReference(registry(), repository, "latest");
  }

  @Override
  public String registry() {
    return services.registry().getAuthority();
  }

  @Override
  public HealthProbe probe() {
    return new NetworkHealthProbe(view());
  }

  @Override
  protected ContainerId runByHand(ContainerName name, Map<String, String> labels) {
    String image = pull("web").id();
    return withClient(client -> {
      String id =
          client.createContainerCmd(image).withName(name.value()).withLabels(labels).exec().getId();
      client.startContainerCmd(id).exec();
      return new ContainerId(id);
    });
  }

  @Override
  public boolean isStartedAgain(ContainerId id) {
    String policy =
        withClient(client ->
            client
                .inspectContainerCmd(id.value())
                .exec()
                .getHostConfig()
                .getRestartPolicy()
                .getName());
    return !List.of("", "no").contains(policy);
  }

  /** Takes the image out of the registry, which forgets it by its digest only. */
  private void withdraw(ImageReference reference) {
    view()
        .image(reference.toString())
        .ifPresent(image -> {
          String login =
              services.registryLogin().user() + ":" + services.registryLogin().password();
          var request =
              HttpRequest.newBuilder(
                      services
                          .registry()
                          .resolve(
                              "/v2/%s/manifests/%s"
                                  .formatted(reference.repository(), image.digest())))
                  .header(
                      "Authorization",
                      "Basic "
                          + Base64.getEncoder()
                              .encodeToString(login.getBytes(StandardCharsets.UTF_8)))
                  .DELETE()
                  .build();
          try (var http = HttpClient.newHttpClient()) {
            http.send(request, HttpResponse.BodyHandlers.discarding());
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Override
  public long networks(String name) {
    return withClient(client ->
        client.listNetworksCmd().exec().stream()
            .filter(network -> network.getName().equals(name))
            .count());
  }

  @Override
  public void remakeNetwork(String name) {
    withClient(client -> client.removeNetworkCmd(name).exec());
    control().ensureNetwork(name, Map.of(ContainerLabels.INSTALLATION, installation()));
  }

  /** Asks the engine for what the port does not show. */
  <T> T withClient(EngineCalls.Call<T> call) {
    var settings = TestSettings.of("unix://" + services.engineSocket(), TestSettings.NO_REGISTRY);
    try (var calls =
        new EngineCalls(
            new DockerConnection(settings.engine()), threads, EngineDeadlines.STANDARD)) {
      return calls.read("be asked by a test", call);
    }
  }

  @Override
  public void close() {
    sweep();
    offered.values().forEach(this::withdraw);
    withClient(client -> {
      offered
          .values()
          .forEach(reference -> quietly(() -> client.removeImageCmd(reference.toString()).exec()));
      quietly(() -> client.removeNetworkCmd(network()).exec());
      quietly(() -> client.removeVolumeCmd(volume()).exec());
      return true;
    });
    runtime.close();
    threads.shutdownNow();
  }

  /** What was never made cannot be removed. */
  private static void quietly(Runnable removal) {
    try {
      removal.run();
    } catch (DockerException e) {
      assert e.getHttpStatus() == 404 || e.getHttpStatus() == 409 : e;
    }
  }
}

package io.appserver.orchestrator.e2e.bench;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import io.appserver.orchestrator.e2e.support.Engine;
import io.appserver.orchestrator.e2e.support.Services;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The engine without an orchestrator: containers made by its API alone, or by docker-compose, until
 * each has answered a first request.
 */
final class PlainEngine implements AutoCloseable {

  private static final String NAME = "raw-bench-";
  private static final int PORT = 3000;
  private static final int AT_ONCE = 2;
  private static final int TIMEOUT_MILLIS = 2000;
  private static final long BETWEEN_QUESTIONS_MILLIS = 2;
  private static final long PATIENCE_SECONDS = 120;
  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final Engine engine;
  private final String network;
  private final String image;

  /**
   * @param image its id
   */
  PlainEngine(Services services, String image) {
    this.engine = new Engine(services);
    this.network = services.network();
    this.image = image;
  }

  /** What the orchestrator asks the engine for, by its API; two containers at a time. */
  void byApi(int containers) throws Exception {
    each(
        containers,
        name -> {
          create(name);
          engine.client().startContainerCmd(name).exec();
          awaitAnswer(name);
        });
  }

  private void create(String name) {
    engine
        .client()
        .createContainerCmd(image)
        .withName(name)
        .withEnv("PORT=" + PORT)
        .withExposedPorts(ExposedPort.tcp(PORT))
        .withHostConfig(
            HostConfig.newHostConfig()
                .withMemory(512L * 1024 * 1024)
                .withCpuShares(1024)
                .withPidsLimit(512L)
                .withInit(true)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withNetworkMode(network))
        .exec();
  }

  void byCompose(int containers) throws Exception {
    var file = new StringBuilder("version: \"2.4\"\nservices:\n");
    for (int i = 1; i <= containers; i++) {
      file.append(
          "  b%d: {image: \"%s\", container_name: %s%d, networks: [apps]}\n"
              .formatted(i, image, NAME, i));
    }
    file.append("networks: {apps: {external: true, name: %s}}\n".formatted(network));
    Path compose = Path.of("target/bench/compose.yaml");
    Files.writeString(compose, file);
    Process up =
        new ProcessBuilder(
                "docker-compose",
                "--file",
                compose.toString(),
                "--project-name",
                "bench",
                "up",
                "--detach")
            .redirectErrorStream(true)
            .redirectOutput(Path.of("target/bench/compose.log").toFile())
            .start();
    if (!up.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || up.exitValue() != 0) {
      up.destroyForcibly();
      throw new IllegalStateException("docker-compose up failed: target/bench/compose.log");
    }
    each(containers, this::awaitAnswer);
  }

  void removeAll(int containers) throws Exception {
    each(containers, engine::remove);
  }

  private interface Step {
    void on(String container) throws Exception;
  }

  private static void each(int containers, Step step) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      var steps = new ArrayList<Future<?>>();
      for (int i = 1; i <= containers; i++) {
        String name = NAME + i;
        steps.add(
            threads.submit(() -> {
              step.on(name);
              return name;
            }));
      }
      for (Future<?> one : steps) {
        one.get();
      }
    }
  }

  private void awaitAnswer(String container) throws InterruptedException {
    InspectContainerResponse inspected = engine.container(container).orElseThrow();
    String address =
        inspected.getNetworkSettings().getNetworks().values().iterator().next().getIpAddress();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!answers(address)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(container + " does not answer");
      }
      Thread.sleep(BETWEEN_QUESTIONS_MILLIS);
    }
  }

  private static boolean answers(String address) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, PORT), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(REQUEST);
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}

package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.Command;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The image of the {@code Dockerfile}, run as {@code compose.yaml} runs it: beside its apps in
 * their network, with the engine's socket mounted, as a user without rights. What it is built on is
 * made of this machine's Java and the Open Liberty that the build unpacked: see {@code
 * src/test/image/base}.
 */
@ResourceLock(EndToEnd.OWN_SERVER)
class ImageE2E {

  private static final Path CHECKOUT =
      Path.of(System.getProperty("orchestrator.basedir", "")).toAbsolutePath();

  private static final Duration LONGEST_BUILD = Duration.ofMinutes(5);
  private static final Duration LONGEST_START = Patience.SERVER;
  private static final Duration LONGEST_CALL = Patience.CONDITION;
  private static final Duration PATIENCE = Patience.CONDITION;

  /** {@code docker stop} kills what has not ended by then. */
  private static final Duration GRACE = Patience.CONDITION;

  /** How a process ends that heeds TERM: 128 and the signal's number. */
  private static final String TERMINATED = "143";

  private static Platform platform;
  private static String image;

  private String container = "";

  @BeforeAll
  static void buildImage() {
    platform = Platform.prepare("image", Map.of());
    image = "orchestrator-test/orchestrator:" + platform.installation();
    String runtime =
        System.getProperty("orchestrator.wlp", CHECKOUT.resolve("target/liberty/wlp").toString());
    String base =
        run(
            LONGEST_BUILD,
            Map.of(),
            CHECKOUT.resolve("src/test/image/base").toString(),
            runtime,
            System.getProperty("java.home"));
    docker(
        LONGEST_BUILD,
        "build",
        "--quiet",
        "--build-arg=BASE_IMAGE=" + lastLine(base),
        "--tag=" + image,
        CHECKOUT.toString());
  }

  @AfterAll
  static void removeImage() {
    try {
      docker(LONGEST_CALL, "image", "rm", image);
    } finally {
      platform.close();
    }
  }

  @AfterEach
  void removeContainer() {
    if (!container.isEmpty()) {
      docker(LONGEST_CALL, "rm", "--force", container);
    }
  }

  @Test
  void runsAnAppAndStopsByItselfAsAUserWithoutRights() {
    start(true);
    awaitHealthy();
    assertThat(docker(LONGEST_CALL, "exec", container, "id", "-u").strip()).isEqualTo("1001");

    App app = platform.app("image", "web");
    platform.appServer().install(app);
    awaitState(app, "healthy");
    String running = platform.database().deployment(app).orElseThrow().containerId();
    assertThat(platform.engine().container(app.container()).orElseThrow().getId())
        .isEqualTo(running);

    platform.appServer().uninstall(app);
    awaitState(app, "stopped");
    assertThat(platform.engine().containersOf(app)).isEmpty();

    docker(LONGEST_CALL.plus(GRACE), "stop", "--time=" + GRACE.toSeconds(), container);
    assertThat(inspect("{{.State.ExitCode}}")).as(this::logs).isEqualTo(TERMINATED);
  }

  @Test
  void refusesToStartWithoutTheGroupOfTheSocketAndSaysSo() {
    start(false);
    String code = lastLine(docker(LONGEST_START, "wait", container));
    assertThat(code).as(this::logs).isEqualTo("1");
    assertThat(logs())
        .contains("The orchestrator refuses to start")
        .contains("Cannot connect to Docker daemon")
        .contains("/var/run/docker.sock");
  }

  private void start(boolean inGroupOfSocket) {
    var services = platform.services();
    Map<String, String> settings = settingsInside();
    container = "orchestrator-" + platform.installation();
    var arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--detach",
                "--name=" + container,
                "--network=" + services.network(),
                "--volume=" + services.engineSocket() + ":/var/run/docker.sock:rw",
                "--cap-drop=ALL",
                "--security-opt=no-new-privileges:true",
                "--health-interval=1s"));
    if (inGroupOfSocket) {
      arguments.add("--group-add=" + groupOf(Path.of(services.engineSocket())));
    }
    // By name alone: the client takes the values from its own environment, and they stay out of any
    // message.
    settings.keySet().forEach(name -> arguments.add("--env=" + name));
    arguments.add(image);
    docker(LONGEST_CALL, settings, arguments.toArray(String[]::new));
  }

  /**
   * As the container sees it, the services are at the network's gateway and the socket is where it
   * always is.
   */
  private static Map<String, String> settingsInside() {
    var services = platform.services();
    var settings = new TreeMap<>(platform.server().settings());
    URI broker = platform.broker().url();
    settings.put(
        "APPSERVER_RABBITMQ_URL",
        broker.toString().replace("@" + broker.getHost(), "@" + services.bridgeAddress()));
    settings.put("APPSERVER_DB_HOST", services.bridgeAddress());
    settings.put("APPSERVER_DOCKER_SOCKET_PATH", "/var/run/docker.sock");
    return settings;
  }

  private void awaitHealthy() {
    awaitOr(
        LONGEST_START,
        () -> inspect("{{json .State.Health}}") + "\n" + logs(),
        () -> {
          if (!inspect("{{.State.Running}}").equals("true")) {
            throw new IllegalStateException("The container ended.\n" + logs());
          }
          assertThat(inspect("{{.State.Health.Status}}")).isEqualTo("healthy");
        });
  }

  private void awaitState(App app, String state) {
    awaitOr(
        PATIENCE,
        () -> platform.database().history(app) + "\n" + logs(),
        () -> assertThat(platform.database().state(app)).isEqualTo(state));
  }

  private static void awaitOr(Duration atMost, Supplier<String> known, Runnable assertion) {
    try {
      await().atMost(atMost).pollInterval(Duration.ofMillis(200)).untilAsserted(assertion::run);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + known.get(), e);
    }
  }

  private String inspect(String format) {
    return docker(LONGEST_CALL, "inspect", "--format=" + format, container).strip();
  }

  private String logs() {
    return docker(LONGEST_CALL, "logs", "--tail=80", container);
  }

  private static int groupOf(Path file) {
    try {
      return (Integer) Files.getAttribute(file, "unix:gid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String docker(Duration atMost, String... arguments) {
    return docker(atMost, Map.of(), arguments);
  }

  private static String docker(
      Duration atMost, Map<String, String> environment, String... arguments) {
    var command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return run(atMost, environment, command.toArray(String[]::new));
  }

  /**
   * What the command prints; the client hangs for ever on a daemon that does, so its time is
   * limited.
   */
  private static String run(Duration atMost, Map<String, String> environment, String... command) {
    var whole = new HashMap<>(environment);
    whole.put("DOCKER_HOST", "unix://" + platform.services().engineSocket());
    whole.put("DOCKER_BUILDKIT", "0");
    return Command.run(atMost, whole, command);
  }

  private static String lastLine(String text) {
    return text.lines().reduce("", (before, line) -> line);
  }
}

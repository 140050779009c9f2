package io.appserver.orchestrator.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A real engine before registries that refuse, hang, limit or are not there. */
class DockerPullE2E {

  /**
   * An engine gives up a registry that hangs after 10 s for TLS and, if not told to end, 15 s
   * without.
   */
  private static final Duration PATIENCE = Patience.CONDITION;

  /**
   * Five seconds without news instead of two minutes: a busy engine has asked the registry by then.
   */
  private static final EngineDeadlines IMPATIENT =
      new EngineDeadlines(Duration.ofSeconds(5), Duration.ofSeconds(8), Duration.ofSeconds(5));

  private static DockerFixture fixture;

  @BeforeAll
  static void connect() {
    fixture = new DockerFixture();
  }

  @AfterAll
  static void disconnect() {
    fixture.close();
  }

  private static Settings.Registry without(String address) {
    return new Settings.Registry(address, Optional.empty(), new Secret(""));
  }

  private static ImageReference todosAt(int port) {
    return new ImageReference("127.0.0.1:" + port, "todos", "latest");
  }

  private static DeploymentException failure(RuntimeControl control, ImageReference reference) {
    return catchThrowableOfType(
        DeploymentException.class, () -> control.pull(reference, new Cancellation()));
  }

  @Test
  void isDeniedWithAWrongPassword() {
    ImageReference reference = fixture.offer("web");
    try (var runtime = fixture.connect(fixture.registry("not the password"))) {
      DeploymentException failed = failure(runtime.control(), reference);

      assertThat(failed.code()).isEqualTo(FailureCode.REGISTRY_DENIED);
      assertThat(failed.failure().message())
          .contains(reference.toString(), "APPSERVER_DOCKER_REGISTRY_USERNAME");
      assertThat(failed.failure().toString()).doesNotContain("not the password");
    }
  }

  @Test
  void isDeniedWithoutCredentials() {
    ImageReference reference = fixture.offer("web");
    try (var runtime = fixture.connect(without(reference.registry()))) {
      assertThat(failure(runtime.control(), reference).code())
          .isEqualTo(FailureCode.REGISTRY_DENIED);
    }
  }

  @Test
  void keepsTheCredentialsFromOtherRegistries() throws IOException {
    var seen = new CompletableFuture<Optional<String>>();
    HttpServer other =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          try (exchange) {
            seen.complete(
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")));
            exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"other\"");
            exchange.sendResponseHeaders(401, -1);
          }
        });
    other.start();
    try {
      assertThat(failure(fixture.control(), todosAt(other.getAddress().getPort())).code())
          .isEqualTo(FailureCode.REGISTRY_DENIED);
      assertThat(seen).isCompletedWithValue(Optional.empty());
    } finally {
      other.stop(0);
    }
  }

  @Test
  void tellsAtOnceThatTheRegistryIsDown() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }

    DeploymentException failed = failure(fixture.control(), todosAt(port));

    assertThat(failed).isInstanceOf(UnreachableException.class);
    assertThat(failed.code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE);
    assertThat(failed.failure().message()).contains("127.0.0.1:" + port, "accessible");
    assertThat(failed.failure().details().get("engine")).contains("connection refused");
  }

  @Test
  void tellsThatTheRegistryLimitsTheRate() throws IOException {
    byte[] limited =
        "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"retry-after: 42s\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    HttpServer busy =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    busy.createContext(
        "/",
        exchange -> {
          try (exchange) {
            boolean manifest = exchange.getRequestURI().getPath().contains("/manifests/");
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(
                manifest ? 429 : 200,
                exchange.getRequestMethod().equals("HEAD") ? -1 : limited.length);
            if (!exchange.getRequestMethod().equals("HEAD")) {
              exchange.getResponseBody().write(limited);
            }
          }
        });
    busy.start();
    try {
      DeploymentException failed = failure(fixture.control(), todosAt(busy.getAddress().getPort()));

      assertThat(failed.code()).isEqualTo(FailureCode.REGISTRY_RATE_LIMITED);
    } finally {
      busy.stop(0);
    }
  }

  @Test
  void givesUpARegistryThatHangsAndTheEngineGivesItUpToo() throws IOException {
    try (var hung = new HungRegistry();
        var runtime = fixture.connect(without(hung.address()), Duration.ofMinutes(2), IMPATIENT)) {
      DeploymentException failed = failure(runtime.control(), hung.image());

      assertThat(failed.code()).isEqualTo(FailureCode.REGISTRY_UNREACHABLE);
      assertThat(failed.failure().message())
          .contains("timeout pulling image", hung.image().toString());
      await().until(() -> hung.asked() > 0 && hung.waiting() == 0);
    }
  }

  @Test
  void endsAPullThatTakesLongerThanTheOperatorAllows() throws IOException {
    try (var hung = new HungRegistry();
        var runtime =
            fixture.connect(
                without(hung.address()), Duration.ofSeconds(2), EngineDeadlines.STANDARD)) {
      DeploymentException failed = failure(runtime.control(), hung.image());

      assertThat(failed.code()).isEqualTo(FailureCode.PULL_TIMEOUT);
      assertThat(failed.failure().message())
          .contains("timeout pulling image", "APPSERVER_DOCKER_PULL_TIMEOUT");
      await().until(() -> hung.waiting() == 0);
    }
  }

  @Test
  void cancelsAPullInTheEngineToo() throws IOException {
    try (var hung = new HungRegistry();
        var runtime = fixture.connect(without(hung.address()))) {
      var cancellation = new Cancellation();
      var pull =
          CompletableFuture.supplyAsync(() -> runtime.control().pull(hung.image(), cancellation));
      await().until(() -> hung.waiting() > 0);
      assertThat(runtime.view().pullProgress(hung.image())).isPresent();

      cancellation.request();

      assertThat(pull)
          .failsWithin(PATIENCE)
          .withThrowableThat()
          .withCauseInstanceOf(CancelledException.class);
      assertThat(runtime.view().pullProgress(hung.image())).isEmpty();
      await().until(() -> hung.waiting() == 0);
    }
  }

  @Test
  void givesOnePullToAllWhoWaitForIt() {
    ImageReference reference = fixture.offer("big", "LAYER_MB=20", "SEED=shared-" + fixture.run());
    var pulls =
        IntStream.range(0, 4)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(
                    () -> fixture.control().pull(reference, new Cancellation())))
            .toList();

    assertThat(pulls)
        .allSatisfy(pull -> assertThat(pull).succeedsWithin(PATIENCE))
        .extracting(CompletableFuture::join)
        .extracting(Image::digest)
        .hasSize(4)
        .containsOnly(pulls.getFirst().join().digest());
  }
}

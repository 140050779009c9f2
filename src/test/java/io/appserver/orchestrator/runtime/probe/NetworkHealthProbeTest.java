package io.appserver.orchestrator.runtime.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import io.appserver.orchestrator.testing.FakeEngine;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ladder of probes, before small servers of the test's own. */
class NetworkHealthProbeTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger connections = new AtomicInteger();
  private final HealthProbe probe = new NetworkHealthProbe(new FakeEngine());

  /** Nothing that was connected to stays connected. */
  @AfterEach
  void stop() {
    await().until(() -> connections.get() == 0);
    threads.shutdownNow();
  }

  private static ObservedContainer container(Status status, String address) {
    return new ObservedContainer(
        new ContainerId("0123"),
        new ContainerName("app-todos"),
        status,
        0,
        false,
        "",
        Optional.empty(),
        "sha256:1",
        address,
        List.of(),
        List.of(),
        Optional.empty(),
        Map.of());
  }

  private HealthProbe.Result ask(HealthCheck check) {
    return ask(check, TIMEOUT);
  }

  private HealthProbe.Result ask(HealthCheck check, Duration timeout) {
    return probe.probe(container(Status.RUNNING, "127.0.0.1"), check, timeout);
  }

  /** Answers every path with that status. */
  private static HttpServer http(int status, long bodyBytes) {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              if (status / 100 == 3) {
                exchange.getResponseHeaders().add("Location", "/elsewhere");
              }
              exchange.sendResponseHeaders(status, bodyBytes == 0 ? -1 : bodyBytes);
              byte[] block = new byte[1024];
              for (long sent = 0; sent < bodyBytes; sent += block.length) {
                exchange.getResponseBody().write(block);
              }
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Says that to whoever connects, after the first bytes of a request have come; says nothing and
   * closes if empty.
   */
  private ServerSocket speaks(String words) {
    try {
      var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
      threads.execute(() -> speak(server, words.getBytes(StandardCharsets.US_ASCII)));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void speak(ServerSocket server, byte[] words) {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        threads.execute(() -> speak(connection, words));
      } catch (IOException e) {
        // Closed, most likely: the condition tells.
      }
    }
  }

  private void speak(Socket connection, byte[] words) {
    connections.incrementAndGet();
    try (connection) {
      connection.getInputStream().readNBytes(4);
      connection.getOutputStream().write(words);
      if (words.length == 0) {
        connection.shutdownOutput();
      }
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      connections.decrementAndGet();
    }
  }

  private static int closedPort() {
    try (var free = new ServerSocket(0)) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, true, true",
    "204, true, true",
    "302, false, false",
    "404, false, true",
    "401, false, false",
    "500, false, false",
    "503, false, false"
  })
  void judgesAStatusByWhatTheAppWasToldOf(int status, boolean strict, boolean lenient) {
    var server = http(status, 0);
    int port = server.getAddress().getPort();
    try {
      assertThat(ask(new HealthCheck.Http(port, "/health")).healthy()).isEqualTo(strict);
      assertThat(ask(new HealthCheck.HttpOrOpenPort(port, "/health")).healthy()).isEqualTo(lenient);
      assertThat(ask(new HealthCheck.Http(port, "/health")).seen())
          .isEqualTo("GET /health answered " + status);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void readsNoEndlessBody() {
    var server = http(200, 1L << 40);
    try {
      assertThat(ask(new HealthCheck.Http(server.getAddress().getPort(), "health")))
          .isEqualTo(new HealthProbe.Result(true, "GET health answered 200"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void takesAReplyThatIsNotHttpForAnOpenPort() throws IOException {
    try (var server = speaks("220 not a web server\r\n")) {
      int port = server.getLocalPort();

      assertThat(ask(new HealthCheck.HttpOrOpenPort(port, "/health")).healthy()).isTrue();
      assertThat(ask(new HealthCheck.HttpOrOpenPort(port, "/health")).seen())
          .contains("port %d is open".formatted(port), "not HTTP");
      assertThat(ask(new HealthCheck.Http(port, "/health")).healthy()).isFalse();
      assertThat(ask(new HealthCheck.Tcp(port)).healthy()).isTrue();
    }
  }

  @Test
  void takesABinaryReplyWithoutALineForAnOpenPort() throws IOException {
    try (var server = speaks("\u0015\u0003\u0001")) {
      assertThat(ask(new HealthCheck.HttpOrOpenPort(server.getLocalPort(), "/health")).healthy())
          .isTrue();
    }
  }

  @Test
  void takesAConnectionThatClosesWithoutAReplyForAnOpenPort() throws IOException {
    try (var server = speaks("")) {
      int port = server.getLocalPort();

      assertThat(ask(new HealthCheck.HttpOrOpenPort(port, "/health")))
          .isEqualTo(
              new HealthProbe.Result(
                  true,
                  "port %d is open; GET /health: the connection was closed without an answer"
                      .formatted(port)));
      assertThat(ask(new HealthCheck.Http(port, "/health")).healthy()).isFalse();
    }
  }

  @Test
  void anAppThatSpokeHttpIsToGoOn() throws IOException {
    var server = http(503, 0);
    int port = server.getAddress().getPort();
    var check = new HealthCheck.HttpOrOpenPort(port, "/health");
    assertThat(ask(check).seen()).isEqualTo("GET /health answered 503");
    server.stop(0);

    var limit = Duration.ofMillis(200);
    try (var silent = new ServerSocket(port, 5, InetAddress.getLoopbackAddress())) {
      assertThat(silent.isBound()).isTrue();
      assertThat(ask(check, limit).healthy()).as("it hangs").isFalse();
      assertThat(
              new NetworkHealthProbe(new FakeEngine())
                  .probe(container(Status.RUNNING, "127.0.0.1"), check, limit)
                  .healthy())
          .as("nobody knows better")
          .isTrue();
    }
  }

  @Test
  void asksUnderTheNameThatOtherAppsUse() throws IOException {
    var hosts = new CopyOnWriteArrayList<String>();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            hosts.add(exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.start();
    try {
      int port = server.getAddress().getPort();
      assertThat(ask(new HealthCheck.Http(port, "/health")).healthy()).isTrue();
      assertThat(hosts).containsExactly("app-todos:" + port);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void doesNotWaitLongerThanTold() throws IOException {
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      int port = silent.getLocalPort();
      var limit = Duration.ofMillis(200);
      long begin = System.nanoTime();

      assertThat(ask(new HealthCheck.Http(port, "/health"), limit))
          .isEqualTo(
              new HealthProbe.Result(
                  false, "GET /health at port %d: no answer within 200 ms".formatted(port)));
      assertThat(ask(new HealthCheck.HttpOrOpenPort(port, "/health"), limit).healthy()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Patience.CONDITION);
    }
  }

  @Test
  void tellsThatAPortIsClosed() {
    int port = closedPort();

    assertThat(ask(new HealthCheck.Http(port, "/health")).seen())
        .isEqualTo("GET /health at port %d: no connection".formatted(port));
    assertThat(ask(new HealthCheck.HttpOrOpenPort(port, "/health")).healthy()).isFalse();
    assertThat(ask(new HealthCheck.Tcp(port)))
        .isEqualTo(new HealthProbe.Result(false, "port %d: Connection refused".formatted(port)));
  }

  @Test
  void tellsThatAPathIsNotValid() {
    assertThat(ask(new HealthCheck.Http(3000, "/a b")).seen()).contains("not a valid path");
  }

  @Test
  void tellsThatAContainerHasNoAddress() {
    var unconnected = container(Status.RUNNING, "");
    for (var check :
        List.of(
            new HealthCheck.Http(3000, "/"),
            new HealthCheck.HttpOrOpenPort(3000, "/"),
            new HealthCheck.Tcp(3000))) {
      assertThat(probe.probe(unconnected, check, TIMEOUT))
          .isEqualTo(new HealthProbe.Result(false, "the container has no address on the network"));
    }
  }

  @Test
  void takesRunningForEnoughWhereNothingElseIsAsked() {
    assertThat(
            probe.probe(container(Status.RUNNING, ""), new HealthCheck.None(), TIMEOUT).healthy())
        .isTrue();
    assertThat(probe.probe(container(Status.EXITED, ""), new HealthCheck.None(), TIMEOUT))
        .isEqualTo(new HealthProbe.Result(false, "the container is exited"));
  }
}

package io.appserver.orchestrator.e2e.support;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * HAProxy before the engine's socket, as people use it to hand out part of the engine: it lets the
 * listed endpoints pass.
 */
public final class SocketProxy implements AutoCloseable {

  private static final Pattern ROW =
      Pattern.compile("\\| (GET|POST|DELETE|PUT|HEAD) \\| `([^`]+)` \\|.*");

  private final Process process;
  private final Path directory;
  private final int port;

  private SocketProxy(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  /** One before that engine that lets pass what docs/docker-endpoints.md says we need. */
  public static SocketProxy start(String socket) throws IOException {
    return cuttingOffAfter(Duration.ofMinutes(10), socket);
  }

  /** The same, and an answer that is quiet for so long is cut off. */
  public static SocketProxy cuttingOffAfter(Duration quiet, String socket) throws IOException {
    return start(
        Path.of(System.getProperty("orchestrator.basedir", ""), "docs", "docker-endpoints.md"),
        socket,
        quiet);
  }

  /**
   * Starts the proxy.
   *
   * @param endpoints a Markdown file with a table whose first columns are method and path
   */
  private static SocketProxy start(Path endpoints, String socket, Duration quiet)
      throws IOException {
    List<String> rules =
        Files.readAllLines(endpoints).stream()
            .map(ROW::matcher)
            .filter(Matcher::matches)
            .map(row -> rule(row.group(1), row.group(2)))
            .toList();
    if (rules.size() < 10) {
      throw new IllegalStateException(
          "only " + rules.size() + " endpoints were found in " + endpoints);
    }
    int port;
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    Path directory = Files.createTempDirectory("socket-proxy");
    Path configuration = directory.resolve("haproxy.cfg");
    Files.writeString(
        configuration,
        """
        defaults
          mode http
          timeout connect 5s
          timeout client 10m
          timeout server %ds
          timeout tunnel 10m
        frontend engine
          bind 127.0.0.1:%d
        %s
          http-request deny
          default_backend engine
        backend engine
          server engine unix@%s
        """
            .formatted(
                quiet.toSeconds(),
                port,
                rules.stream().map(rule -> "  " + rule).collect(Collectors.joining("\n")),
                socket));
    Process process =
        new ProcessBuilder("haproxy", "-f", configuration.toString(), "-db")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    var proxy = new SocketProxy(process, directory, port);
    await("the proxy").ignoreExceptions().until(() -> proxy.status("GET", "/_ping") == 200);
    return proxy;
  }

  private static String rule(String method, String path) {
    String pattern =
        Pattern.quote(path).replace("\\Q", "").replace("\\E", "").replaceAll("\\{[a-z]+}", "[^/]+");
    return "http-request allow if { method %s } { path_reg ^%s$ }".formatted(method, pattern);
  }

  public int port() {
    return port;
  }

  public boolean denies(String method, String path) throws IOException, InterruptedException {
    return status(method, path) == 403;
  }

  private int status(String method, String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return Http.CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().join();
    for (String file : List.of("haproxy.cfg", "log")) {
      Files.deleteIfExists(directory.resolve(file));
    }
    Files.deleteIfExists(directory);
  }
}

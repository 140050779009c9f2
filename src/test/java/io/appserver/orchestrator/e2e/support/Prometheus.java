package io.appserver.orchestrator.e2e.support;

import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.testing.Command;
import io.appserver.orchestrator.testing.Patience;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/** A real Prometheus with the configuration and the rules of {@code docs/monitoring}. */
public final class Prometheus implements AutoCloseable {

  /** What the example calls the orchestrator. */
  private static final String EXAMPLE_TARGET = "orchestrator:9080";

  private static final Duration LONGEST_START = Patience.SERVER;

  private final Process process;
  private final int port;

  private Prometheus(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it, as somebody would who took the files as they are.
   *
   * @param home an empty directory
   */
  public static Prometheus start(Path home, OrchestratorServer target) throws IOException {
    requireTools();
    Path log = home.resolve("prometheus.log");
    for (String file : List.of("prometheus.yml", "alerts.yml")) {
      Files.copy(files().resolve(file), home.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    String example = Files.readString(home.resolve("prometheus.yml"));
    if (!example.contains(EXAMPLE_TARGET)) {
      throw new IllegalStateException("the example scrapes no " + EXAMPLE_TARGET);
    }
    Files.writeString(
        home.resolve("prometheus.yml"),
        "global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\n"
            + example.replace(EXAMPLE_TARGET, target.uri("").getAuthority()));
    int port = FreePort.find();
    Process process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + home.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + home.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    var prometheus = new Prometheus(process, port);
    try {
      await("Prometheus")
          .atMost(LONGEST_START)
          .ignoreExceptionsInstanceOf(UncheckedIOException.class)
          .until(
              () -> !process.isAlive() || Http.get(prometheus.uri("/-/ready")).statusCode() == 200);
      if (!process.isAlive()) {
        throw new IllegalStateException("Prometheus ended:\n" + Files.readString(log));
      }
      return prometheus;
    } catch (RuntimeException e) {
      prometheus.close();
      throw e;
    }
  }

  /** The directory of the files that come with the orchestrator. */
  public static Path files() {
    return Platform.checkout().resolve("docs/monitoring");
  }

  /** What promtool says; a failure unless it is content. */
  public static String promtool(String... arguments) {
    requireTools();
    var command = new String[arguments.length + 1];
    command[0] = "promtool";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return Command.run(command);
  }

  private static void requireTools() {
    if (!Command.missing("prometheus", "promtool").isEmpty()) {
      throw new IllegalStateException(
          "Prometheus or its promtool is not there. On Debian: apt-get install prometheus");
    }
  }

  /** The samples that the expression gives now. */
  public List<JsonObject> query(String expression) {
    return ask("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .getJsonArray("result")
        .getValuesAs(JsonObject.class);
  }

  /** The rules, each with its health. */
  public List<JsonObject> rules() {
    return ask("/api/v1/rules").getJsonArray("groups").getValuesAs(JsonObject.class).stream()
        .flatMap(group -> group.getJsonArray("rules").getValuesAs(JsonObject.class).stream())
        .toList();
  }

  private JsonObject ask(String path) {
    var answer = Http.get(uri(path));
    try (var reader = Json.createReader(new StringReader(answer.body()))) {
      JsonObject body = reader.readObject();
      if (!body.getString("status").equals("success")) {
        throw new IllegalStateException("%s: %s".formatted(path, body));
      }
      return body.getJsonObject("data");
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}

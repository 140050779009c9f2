package io.appserver.orchestrator.e2e.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.testing.Patience;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The HTTP API of a server, as somebody in particular. */
public final class Api {

  public static final String OPERATOR = "olga";
  public static final String VIEWER = "victor";

  private static final Set<String> VERBS = Set.of("get", "post", "put", "delete", "patch");

  private static final Duration PATIENCE = Patience.CONDITION;

  private final OrchestratorServer server;
  private final String authorization;

  /** As one of the accounts that each test run's servers have. */
  static Api of(OrchestratorServer server, String user) {
    return new Api(server, basic(user, passwordOf(user)));
  }

  private Api(OrchestratorServer server, String authorization) {
    this.server = server;
    this.authorization = authorization;
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** Each test run's servers have the same accounts. */
  public static String passwordOf(String user) {
    return user + "'s pass: w\u00f6rd";
  }

  /** The same API as somebody else. */
  public Api as(String user) {
    return of(server, user);
  }

  public Api as(String user, String password) {
    return new Api(server, basic(user, password));
  }

  /** The same API as whoever a token names. */
  public Api withToken(String token) {
    return new Api(server, "Bearer " + token);
  }

  /** What stands in the header of that name. */
  public String authorization() {
    return authorization;
  }

  public HttpResponse<String> get(String path) {
    return send("GET", path, "", Map.of());
  }

  public HttpResponse<String> send(String method, String path, String body) {
    return send(method, path, body, Map.of());
  }

  public HttpResponse<String> send(
      String method, String path, String body, Map<String, String> headers) {
    return Http.send(
        request(path, headers)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path, Map<String, String> headers) {
    var request =
        HttpRequest.newBuilder(server.uri("/api/v1" + path))
            .timeout(PATIENCE)
            .header("Authorization", authorization);
    headers.forEach(request::header);
    return request;
  }

  /** The object that a GET is answered with; a failure unless it is 200. */
  public JsonObject object(String path) {
    HttpResponse<String> response = get(path);
    if (response.statusCode() != 200) {
      throw new AssertionError(
          "GET %s: %d %s".formatted(path, response.statusCode(), response.body()));
    }
    return read(response);
  }

  /** A verb and a path, as the description has them. */
  public record Call(String verb, String path) {}

  /** Every call that the API's own description names, with something in place of each parameter. */
  public List<Call> calls() {
    var calls = new ArrayList<Call>();
    object("/openapi")
        .getJsonObject("paths")
        .forEach((path, operations) ->
            operations.asJsonObject().keySet().stream()
                .filter(VERBS::contains)
                .forEach(verb ->
                    calls.add(
                        new Call(
                            verb.toUpperCase(Locale.ROOT),
                            path.replaceFirst("^/api/v1", "")
                                .replaceAll("\\{\\w+\\}", "anything")))));
    assertThat(calls).hasSizeGreaterThan(25);
    return calls;
  }

  public static JsonObject read(HttpResponse<String> response) {
    try (var reader = Json.createReader(new StringReader(response.body()))) {
      return reader.readObject();
    }
  }

  /** One event of a stream. */
  public record Event(String name, String id, String data) {
    public JsonObject json() {
      try (var reader = Json.createReader(new StringReader(data))) {
        return reader.readObject();
      }
    }
  }

  /** Listens in the background until closed. */
  public Listening listen(String path, Map<String, String> headers) {
    return new Listening(path, headers);
  }

  /** A stream of events that is listened to. */
  public final class Listening implements AutoCloseable {
    private final List<Event> events = new ArrayList<>();
    private final Thread reader;
    private volatile Stream<String> lines;

    Listening(String path, Map<String, String> headers) {
      reader = Thread.ofVirtual().start(() -> read(path, headers));
    }

    private void read(String path, Map<String, String> headers) {
      try {
        HttpRequest request =
            HttpRequest.newBuilder(server.uri("/api/v1" + path))
                .header("Authorization", authorization)
                .header("Accept", "text/event-stream")
                .headers(
                    Stream.concat(
                            Stream.of("Cache-Control", "no-cache"),
                            headers.entrySet().stream()
                                .flatMap(h -> Stream.of(h.getKey(), h.getValue())))
                        .toArray(String[]::new))
                .build();
        HttpResponse<Stream<String>> response =
            Http.CLIENT.send(request, HttpResponse.BodyHandlers.ofLines());
        lines = response.body();
        var name = new String[] {"message", "", ""};
        lines.forEach(line -> take(line, name));
      } catch (IOException | UncheckedIOException e) {
        // closed by either side
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private synchronized void take(String line, String[] event) {
      if (line.isEmpty()) {
        if (!event[2].isEmpty()) {
          events.add(new Event(event[0], event[1], event[2]));
        }
        event[0] = "message";
        event[2] = "";
      } else if (line.startsWith("event:")) {
        event[0] = line.substring(6).strip();
      } else if (line.startsWith("id:")) {
        event[1] = line.substring(3).strip();
      } else if (line.startsWith("data:")) {
        event[2] += line.substring(5).strip();
      }
    }

    /** Whether nothing more comes: the server ended it. */
    public boolean hasEnded() {
      return !reader.isAlive();
    }

    public synchronized List<Event> events(String name) {
      return events.stream().filter(event -> event.name().equals(name)).toList();
    }

    /** Everything that was heard. */
    public synchronized List<Event> events() {
      return List.copyOf(events);
    }

    @Override
    public void close() {
      Stream<String> open = lines;
      if (open != null) {
        open.close();
      }
      reader.interrupt();
    }
  }
}

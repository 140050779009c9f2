package io.appserver.orchestrator.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.Patience;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is asked by somebody who has not logged in, or who does not listen. */
@EndToEnd
class UnwantedRequestsE2E {

  private static final Duration PATIENCE = Patience.CONDITION;
  private static final byte[] LARGE = ("{\"user\":\"" + "a".repeat(70_000)).getBytes(UTF_8);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Platform platform;

  UnwantedRequestsE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void aLargeBodyIsNotRead() throws Exception {
    HttpResponse<String> answer = logIn(BodyPublishers.ofByteArray(LARGE));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
    assertThat(Api.read(answer).getString("detail")).contains("64 KiB");
  }

  @Test
  void aBodyOfUnknownLengthIsNotRead() throws Exception {
    HttpResponse<String> answer =
        logIn(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(LARGE)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(411);
    assertThat(Api.read(answer).getString("detail")).contains("Content-Length");
  }

  /** Each waits for the rest of a body that does not come. */
  @Test
  void halfSentLoginsKeepNobodyFromTheHealthEndpoints() throws Exception {
    var senders = new ArrayList<Socket>();
    try {
      for (int sender = 0; sender < HALF_SENT; sender++) {
        senders.add(send(HALF));
      }
      for (String path : List.of("/health/live", "/health/started", "/health/ready", "/metrics")) {
        assertThat(platform.server().get(path).statusCode()).as(path).isEqualTo(200);
      }
      var answers = new ArrayList<String>();
      for (Socket sender : senders) {
        answers.add(new String(sender.getInputStream().readAllBytes(), UTF_8));
      }
      assertThat(answers).allMatch(answer -> answer.matches("(?s)HTTP/1.1 (408|503) .*"));
      assertThat(answers)
          .filteredOn(answer -> answer.startsWith("HTTP/1.1 503"))
          .isNotEmpty()
          .allMatch(answer -> answer.contains("Retry-After: "));
    } finally {
      for (Socket sender : senders) {
        sender.close();
      }
    }
    assertThat(logIn(BodyPublishers.ofString("{}")).statusCode()).isEqualTo(400);
  }

  /** More than the server takes at the same time. */
  private static final int HALF_SENT = 150;

  private static final String HALF =
      "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          + "Content-Length: 60\r\n\r\n{\"user\":";

  private Socket send(String request) throws IOException {
    URI server = platform.server().uri("/");
    var socket = new Socket();
    socket.setReceiveBufferSize(4096); // of what is not read, as little as may be is taken
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    socket.getOutputStream().write(request.getBytes(UTF_8));
    return socket;
  }

  /** Whoever is told that he was too slow begins anew, until the app is there. */
  @Test
  void anAppIsInstalledWhileHalfSentLoginsHang() throws Exception {
    App app = platform.app("meanwhile", "web");
    var installed = new AtomicBoolean();
    var answers = new ConcurrentLinkedQueue<String>();
    try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Object>> ends =
          IntStream.range(0, HALF_SENT)
              .mapToObj(sender ->
                  senders.submit(() -> {
                    String answer;
                    do {
                      try (Socket socket = send(HALF)) {
                        answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
                      }
                      answers.add(answer.substring(0, 12));
                    } while (answer.startsWith("HTTP/1.1 408") && !installed.get());
                    return null;
                  }))
              .toList();
      await().until(() -> answers.contains("HTTP/1.1 503")); // all places are taken
      platform.appServer().install(app);
      platform.awaitState(app, "healthy");
      installed.set(true);
      for (Future<?> end : ends) {
        end.get();
      }
    }
    assertThat(answers).contains("HTTP/1.1 408").containsOnly("HTTP/1.1 408", "HTTP/1.1 503");
  }

  /**
   * The largest page there is, ten times on each connection, and nobody reads; whom the server
   * leaves begins anew.
   */
  @Test
  void answersThatNobodyReadsTakeNothingFromOthers() throws Exception {
    String large =
        "GET /webjars/swagger-ui/5.34.1/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n";
    App app = platform.app("unread", "web");
    var done = new AtomicBoolean();
    var hungUp = new AtomicInteger();
    try (var deaf = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Object>> ends =
          IntStream.range(0, HALF_SENT)
              .mapToObj(visitor ->
                  deaf.submit(() -> {
                    do {
                      try (Socket socket = send(large.repeat(10))) {
                        while (!hasEnded(socket)) {
                          Thread.sleep(100);
                        }
                      }
                      hungUp.incrementAndGet();
                    } while (!done.get());
                    return null;
                  }))
              .toList();
      try {
        await("strangers' places are taken")
            .until(() -> platform.server().get("/").statusCode() == 503);
        for (String path :
            List.of("/health/live", "/health/started", "/health/ready", "/metrics")) {
          assertThat(platform.server().get(path).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(platform.api().get("/status").statusCode()).isEqualTo(200);
        platform.appServer().install(app);
        platform.awaitState(app, "healthy");
        await("the server hangs up").until(() -> hungUp.get() >= HALF_SENT);
      } finally {
        done.set(true);
      }
      for (Future<?> end : ends) {
        end.get();
      }
    }
    await().until(() -> platform.server().get("/").statusCode() == 200);
  }

  /** What comes after the server hung up is answered by a reset, which the next word finds. */
  private boolean hasEnded(Socket socket) {
    try {
      socket.getOutputStream().write('\r');
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private HttpResponse<String> logIn(BodyPublisher body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(platform.server().uri("/api/v1/session"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(body)
            .build(),
        BodyHandlers.ofString());
  }

  /** It would hold its place for ever, as nobody would notice that nobody listens. */
  @Test
  void aStreamIsNotBegunForWhoAsksForItsHeadAlone() throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(platform.server().uri("/api/v1/events"))
                .timeout(PATIENCE)
                .header("Authorization", platform.api().authorization())
                .HEAD()
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(405);
  }

  @Test
  void oneStreamTooManyIsToldToComeBack() throws Exception {
    assertBound("/events", 160, "160 listen already");
  }

  @Test
  void oneLogTooManyIsToldToComeBack() throws Exception {
    App app = platform.healthyApp("followed");
    assertBound("/deployments/" + app.name() + "/logs/stream", 32, "32 logs are followed already");
  }

  /** Others may still hold some of the places for a moment. */
  private void assertBound(String path, int places, String words) throws Exception {
    var open = new ArrayList<InputStream>();
    try {
      HttpResponse<InputStream> answer = listen(path);
      while (answer.statusCode() == 200 && open.size() <= places) {
        open.add(answer.body());
        answer = listen(path);
      }
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(new String(answer.body().readAllBytes(), UTF_8)).contains(words);
      assertThat(open).hasSizeBetween(places / 2, places);
      assertThat(platform.api().get("/status").statusCode()).isEqualTo(200);
    } finally {
      for (InputStream stream : open) {
        stream.close();
      }
    }
    await("places are free again")
        .until(() -> {
          HttpResponse<InputStream> answer = listen(path);
          answer.body().close();
          return answer.statusCode() == 200;
        });
  }

  private HttpResponse<InputStream> listen(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(platform.server().uri("/api/v1" + path))
            .header("Authorization", platform.api().authorization())
            .header("Accept", "text/event-stream")
            .build(),
        BodyHandlers.ofInputStream());
  }
}

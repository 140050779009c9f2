package io.appserver.orchestrator.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.testing.Patience;
import java.io.ByteArrayInputStream;
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
import org.junit.jupiter.api.Test;

/** What is asked by somebody who has not logged in, or who does not listen. */
@EndToEnd
class UnwantedRequestsE2E {

  private static final Duration PATIENCE = Patience.CONDITION;
  private static final byte[] LARGE = ("{\"user\":\"" + "a".repeat(70_000)).getBytes(UTF_8);

  private final HttpClient client = HttpClient.newHttpClient();
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
    URI server = platform.server().uri("/");
    String half =
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: 60\r\n\r\n{\"user\":";
    var senders = new ArrayList<Socket>();
    try {
      for (int sender = 0; sender < HALF_SENT; sender++) {
        var socket = new Socket(server.getHost(), server.getPort());
        senders.add(socket);
        socket.getOutputStream().write(half.getBytes(UTF_8));
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
}

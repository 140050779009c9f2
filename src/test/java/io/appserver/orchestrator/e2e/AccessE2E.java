package io.appserver.orchestrator.e2e;

import static io.appserver.orchestrator.e2e.support.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.Api;
import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Http;
import io.appserver.orchestrator.e2e.support.Platform;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who may see and do what, and what browsers are told. */
@EndToEnd
class AccessE2E {

  /** Keeps no cookies. */
  private static final HttpClient PLAIN = HttpClient.newHttpClient();

  private final Platform platform;
  private final Api api;

  AccessE2E(Platform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @Test
  void nothingIsSeenOrDoneWithoutALogin() {
    for (Api.Call call : api.calls()) {
      if (call.path().equals("/session")) {
        continue; // where one logs in
      }
      for (Api somebody : List.of(api.as("nobody", "x"), api.as(Api.OPERATOR, "wrong"))) {
        HttpResponse<String> response =
            fromElsewhere(call.verb(), "/api/v1" + call.path(), somebody.authorization());
        problem(response, 401, "Log in with");
      }
    }
    problem(Http.get(platform.server().uri("/api/v1/session")), 401, "Nobody is logged in");
    problem(Http.get(platform.server().uri("/api/v1/status")), 401, "Log in with one of");
  }

  /** From another address than all other tests: wrong passwords make it slower. */
  private HttpResponse<String> fromElsewhere(String verb, String path, String authorization) {
    try (var client =
        HttpClient.newBuilder().localAddress(InetAddress.getByName("127.0.0.9")).build()) {
      return client.send(
          HttpRequest.newBuilder(platform.server().uri(path))
              .header("Authorization", authorization)
              .method(verb, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** As many as somebody's script with an old password makes behind the proxy of a company. */
  @Test
  void wrongPasswordsOfOthersRefuseNobodyWhoKnowsTheRightOne() throws InterruptedException {
    String right = api.authorization();
    String wrong = api.as(Api.OPERATOR, "a secret guess").authorization();
    var answers = new ConcurrentLinkedQueue<Integer>();
    var guesses =
        IntStream.range(0, 60)
            .mapToObj(guess ->
                Thread.ofVirtual()
                    .start(() ->
                        answers.add(fromElsewhere("GET", "/api/v1/status", wrong).statusCode())))
            .toList();
    String viewer = api.as(Api.VIEWER).authorization();
    Awaitility.await("some were looked at, and others wait").until(() -> answers.contains(401));
    assertThat(api.get("/status").statusCode()).as("from another address").isEqualTo(200);
    assertThat(fromElsewhere("GET", "/api/v1/status", viewer).statusCode())
        .as("another account")
        .isEqualTo(200);
    for (Thread guess : guesses) {
      guess.join();
    }
    assertThat(answers).hasSize(60).containsOnly(401, 429).contains(401);

    assertThat(fromElsewhere("GET", "/api/v1/status", right).statusCode()).isEqualTo(200);
    assertThat(platform.server().console())
        .anyMatch(line -> line.contains("a login from 127.0.0.9 failed: wrong password for"))
        .noneMatch(line -> line.contains("a secret guess"));
  }

  /**
   * Browsers name the kind of a request only over HTTPS and on localhost; without that, the
   * console's own mark keeps their password dialog away, and the password that it would keep.
   */
  @Test
  void noBrowserAsksForAPasswordByItself() {
    Map<String, String> mark = Map.of("X-Orchestrator-Console", "1");
    assertThat(challenge("/status", mark)).startsWith("Session ");
    assertThat(challenge("/events?by=console", Map.of())).startsWith("Session ");
    assertThat(challenge("/status", Map.of("Accept", "text/html,*/*;q=0.8")))
        .startsWith("Session ");
    assertThat(challenge("/status", Map.of())).startsWith("Basic "); // curl, wget

    assertThat(api.send("GET", "/status", "", mark).statusCode())
        .as("a password that a browser remembers")
        .isEqualTo(401);
    assertThat(api.get("/status").statusCode()).isEqualTo(200);
  }

  private String challenge(String path, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(platform.server().uri("/api/v1" + path));
    headers.forEach(request::header);
    HttpResponse<String> response = Http.send(request.build());
    assertThat(response.statusCode()).isEqualTo(401);
    return response.headers().firstValue("WWW-Authenticate").orElse("");
  }

  @Test
  void aStreamEndsWithTheSessionItWasBegunWith() throws Exception {
    try (var browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build()) {
      send(browser, "POST", "/session", credentials(Api.passwordOf(Api.OPERATOR)));
      HttpResponse<Stream<String>> stream =
          browser.send(
              HttpRequest.newBuilder(platform.server().uri("/api/v1/events?by=console")).build(),
              HttpResponse.BodyHandlers.ofLines());
      var lines = new ConcurrentLinkedQueue<String>();
      Thread reader = Thread.ofVirtual().start(() -> stream.body().forEach(lines::add));
      await().until(() -> lines.stream().anyMatch(line -> line.contains("hello")));

      assertThat(send(browser, "DELETE", "/session", "").statusCode()).isEqualTo(204);
      await().until(() -> !reader.isAlive());
    }
  }

  @Test
  void aViewerSeesEverythingAndChangesNothing() {
    App app = platform.healthyApp("viewed");
    Api viewer = api.as(Api.VIEWER);
    for (Api.Call call : api.calls()) {
      String path = call.path().replace("/deployments/anything", "/deployments/" + app.name());
      if (path.contains("/events") || path.endsWith("/stream")) {
        continue; // go on for ever
      }
      if (call.verb().equals("GET")) {
        assertThat(viewer.get(path).statusCode()).as(path).isNotIn(401, 403, 500);
      } else if (!path.equals("/session")) {
        problem(viewer.send(call.verb(), path, "{}"), 403, "may look, and change nothing");
      }
    }
    assertThat(viewer.object("/session").getJsonArray("roles").toString())
        .isEqualTo("[\"viewer\"]");
    assertThat(platform.database().state(app)).isEqualTo("healthy");
  }

  @Test
  void aBrowserLogsInAndOutBySession() throws Exception {
    var cookies = new CookieManager();
    try (var browser = HttpClient.newBuilder().cookieHandler(cookies).build()) {
      assertThat(send(browser, "GET", "/status", "").statusCode()).isEqualTo(401);
      problem(send(browser, "POST", "/session", credentials("wrong")), 401, "is wrong");
      HttpResponse<String> welcome =
          send(browser, "POST", "/session", credentials(Api.passwordOf(Api.OPERATOR)));
      assertThat(welcome.statusCode()).isEqualTo(204);
      assertThat(welcome.headers().firstValue("Set-Cookie").orElse(""))
          .contains("HttpOnly")
          .contains("SameSite=Strict");
      assertThat(send(browser, "GET", "/session", "").body()).contains(Api.OPERATOR, "operator");
      assertThat(send(browser, "POST", "/reconciliation", "{\"dryRun\":true}").statusCode())
          .isEqualTo(200);
      assertThat(send(browser, "DELETE", "/session", "").statusCode()).isEqualTo(204);
      assertThat(send(browser, "GET", "/status", "").statusCode()).isEqualTo(401);
    }
  }

  /** A program that logs in for each of its requests, and never out. */
  @Test
  void theSessionThatIsNotUsedEndsWhereTooManyAreBegun() throws Exception {
    String used = begunSession();
    String idle = begunSession();
    for (int i = 0; i < 500; i++) {
      begunSession();
      if (i % 100 == 0) {
        assertThat(statusIn(used)).isEqualTo(200);
      }
    }
    assertThat(statusIn(idle)).isEqualTo(401);
    assertThat(statusIn(used)).isEqualTo(200);
  }

  /** Its cookie. */
  private String begunSession() throws Exception {
    HttpResponse<String> welcome =
        send(PLAIN, "POST", "/session", credentials(Api.passwordOf(Api.OPERATOR)));
    return welcome.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
  }

  private int statusIn(String session) {
    return Http.send(
            HttpRequest.newBuilder(platform.server().uri("/api/v1/status"))
                .header("Cookie", session)
                .build())
        .statusCode();
  }

  private static String credentials(String password) {
    return "{\"user\":\"%s\",\"password\":\"%s\"}".formatted(Api.OPERATOR, password);
  }

  private HttpResponse<String> send(HttpClient client, String verb, String path, String body)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(platform.server().uri("/api/v1" + path))
            .header("Content-Type", "application/json")
            .header("Sec-Fetch-Site", "same-origin")
            .header("Sec-Fetch-Mode", "cors")
            .method(verb, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void anotherSitesPageChangesNothing() {
    App app = platform.healthyApp("guarded");
    String path = "/deployments/" + app.name() + "/hold";
    for (Map<String, String> headers :
        List.of(
            Map.of("Sec-Fetch-Site", "cross-site"),
            Map.of("Sec-Fetch-Site", "same-site"),
            Map.of("Origin", "http://evil.example"),
            Map.of("Origin", "null"))) {
      problem(api.send("POST", path, "{}", headers), 403, "by a page of another site");
    }
    assertThat(api.object("/deployments/" + app.name()).getJsonObject("deployment"))
        .doesNotContainKey("held");
    String own = "http://" + platform.server().uri("/").getAuthority();
    assertThat(api.send("POST", path, "{}", Map.of("Origin", own)).statusCode()).isEqualTo(202);
    api.send("POST", "/deployments/" + app.name() + "/release", "");
  }

  @Test
  void browsersAreToldWhatTheyMayDoWithAnAnswer() {
    for (String path : List.of("/", "/api/v1/status", "/api-docs.html")) {
      HttpResponse<String> response = fromElsewhereOrHere(path);
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
          .as(path)
          .contains("default-src 'none'", "script-src '", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
      assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(response.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
    }
    assertThat(api.get("/status").headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(caching("/")).isEqualTo("no-cache");
    assertThat(caching("/js/app.js")).isEqualTo("no-cache");
    assertThat(caching("/parts.json")).isEqualTo("no-cache");
  }

  private String caching(String path) {
    return Http.get(platform.server().uri(path)).headers().firstValue("Cache-Control").orElse("");
  }

  private HttpResponse<String> fromElsewhereOrHere(String path) {
    return path.startsWith("/api/v1")
        ? api.get(path.substring("/api/v1".length()))
        : Http.get(platform.server().uri(path));
  }
}
